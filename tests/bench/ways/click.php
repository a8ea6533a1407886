<?php
// A click as people write it: log in, send the Originate, log off. It waits for no outcome and keeps nothing.
$settings = json_decode(file_get_contents(__DIR__ . '/settings.json'), true);
$contact = $_GET['contact'] ?? '';
$id = $_GET['id'] ?? '';
header('Content-Type: application/json');
if (!preg_match('/^\+1[0-9]{10}$/', $contact) || !preg_match('/^[0-9a-z-]+$/', $id)) {
    http_response_code(400);
    echo json_encode(['error' => 'not a number']);
    exit;
}

function response($socket)
{
    $first = '';
    while (($line = fgets($socket)) !== false && trim($line) !== '') {
        $first = $first ?: trim($line);
    }
    return $first;
}

$socket = fsockopen($settings['host'], $settings['port'], $number, $fault, 5);
if (!$socket) {
    http_response_code(502);
    echo json_encode(['error' => $fault]);
    exit;
}
fgets($socket); // its greeting
fwrite($socket, "Action: Login\r\nUsername: {$settings['username']}\r\nSecret: {$settings['secret']}\r\nEvents: off\r\n\r\n");
$login = response($socket);
fwrite($socket, str_replace(['%(id)s', '%(contact)s'], [$id, $contact], $settings['order']));
$answer = response($socket);
fwrite($socket, "Action: Logoff\r\n\r\n");
response($socket);
fclose($socket);
if ($login !== 'Response: Success' || $answer !== 'Response: Success') {
    http_response_code(502);
}
echo json_encode(['answer' => $answer]);
