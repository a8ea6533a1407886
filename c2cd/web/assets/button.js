/*
 * The click-to-call button, for any web page; it stands after its script, and README.md says all of it:
 *
 *   <script src="https://pbx.example/button.js" data-account="acme" data-button="ID"></script>
 *
 * Also data-signed (a signed link), data-name (whom it connects to), data-label, data-lang, data-preview (calls nobody)
 * and data-text-KEY (other words for a KEY of WORDS, with its {placeholders}; with data-text-call for another language).
 * Its looks are variables and parts of c2cd-button, and pages hear of it by the event "c2cd".
 */
(() => {
  "use strict";

  // Strict JSON between the marks: the page without JavaScript has its words from here too.
  const WORDS = /*words*/{
    "en": {
      "call": "Call me",
      "number": "Which number can we call?",
      "cancel": "End the call",
      "close": "Close",
      "ready": "{number} can be called.",
      "requested": "One moment…",
      "ringing-extension": "Calling {name}…",
      "ringing-contact": "Your phone is ringing…",
      "answered-extension": "{name} is on the line. Now we’re calling you…",
      "connecting": "Connecting you to {name}…",
      "bridged": "You’re connected to {name}.",
      "ended": "The call has ended.",
      "cancelled": "The call was cancelled.",
      "you": "Your phone",
      "busy": "{name} is busy.",
      "no-answer": "{name} didn’t answer.",
      "declined": "{name} declined the call.",
      "unreachable": "{name} can’t be reached.",
      "failed": "The call couldn’t be put through.",
      "unknown": "We can’t tell how the call went.",
      "no-cancel": "It can’t be ended from here: just don’t answer, or hang up.",
      "invalid": "Please enter a valid phone number.",
      "refused": "This number can’t be called from here.",
      "live": "This number is already being called.",
      "throttled": "Too many calls just now. Please try again {when}.",
      "away": "Calls aren’t possible right now. Please try again {when}.",
      "later": "later",
      "closed": "We’re closed until {when}.",
      "link": "This link is no longer valid. Please reload the page.",
      "page": "Calls can’t be placed from this page.",
      "challenge": "Your browser couldn’t be checked. Please try again.",
      "insecure": "Calls need a secure page (https).",
      "may-ring": "No answer yet, but your phone may still ring.",
      "offline": "No connection. Please try again."
    },
    "de": {
      "call": "Rufen Sie mich an",
      "number": "Unter welcher Nummer erreichen wir Sie?",
      "cancel": "Anruf beenden",
      "close": "Schließen",
      "ready": "{number} kann angerufen werden.",
      "requested": "Einen Moment …",
      "ringing-extension": "{name} wird angerufen …",
      "ringing-contact": "Ihr Telefon klingelt …",
      "answered-extension": "{name} ist am Apparat. Jetzt rufen wir Sie an …",
      "connecting": "Sie werden mit {name} verbunden …",
      "bridged": "Sie sind mit {name} verbunden.",
      "ended": "Der Anruf ist beendet.",
      "cancelled": "Der Anruf wurde abgebrochen.",
      "you": "Ihr Telefon",
      "busy": "{name} ist besetzt.",
      "no-answer": "{name} hat nicht geantwortet.",
      "declined": "{name} hat den Anruf abgelehnt.",
      "unreachable": "{name} ist nicht erreichbar.",
      "failed": "Der Anruf kam nicht zustande.",
      "unknown": "Wie der Anruf ausging, ist nicht bekannt.",
      "no-cancel": "Von hier aus lässt er sich nicht beenden: Nehmen Sie nicht ab, oder legen Sie auf.",
      "invalid": "Bitte geben Sie eine gültige Telefonnummer ein.",
      "refused": "Diese Nummer kann von hier aus nicht angerufen werden.",
      "live": "Diese Nummer wird bereits angerufen.",
      "throttled": "Gerade gibt es zu viele Anrufe. Bitte versuchen Sie es {when} noch einmal.",
      "away": "Gerade sind keine Anrufe möglich. Bitte versuchen Sie es {when} noch einmal.",
      "later": "später",
      "closed": "Wir haben bis {when} geschlossen.",
      "link": "Dieser Link gilt nicht mehr. Bitte laden Sie die Seite neu.",
      "page": "Von dieser Seite aus sind keine Anrufe möglich.",
      "challenge": "Ihr Browser konnte nicht geprüft werden. Bitte versuchen Sie es noch einmal.",
      "insecure": "Anrufe gehen nur von einer sicheren Seite (https) aus.",
      "may-ring": "Noch keine Antwort, aber Ihr Telefon klingelt vielleicht noch.",
      "offline": "Keine Verbindung. Bitte versuchen Sie es noch einmal."
    },
    "fr": {
      "call": "Appelez-moi",
      "number": "À quel numéro vous appeler ?",
      "cancel": "Terminer l’appel",
      "close": "Fermer",
      "ready": "Le {number} peut être appelé.",
      "requested": "Un instant…",
      "ringing-extension": "Appel de {name}…",
      "ringing-contact": "Votre téléphone sonne…",
      "answered-extension": "{name} est en ligne. Nous vous appelons…",
      "connecting": "Mise en relation avec {name}…",
      "bridged": "Vous êtes en communication avec {name}.",
      "ended": "L’appel est terminé.",
      "cancelled": "L’appel a été annulé.",
      "you": "Votre téléphone",
      "busy": "{name} est en communication.",
      "no-answer": "{name} n’a pas répondu.",
      "declined": "{name} a refusé l’appel.",
      "unreachable": "{name} est injoignable.",
      "failed": "L’appel n’a pas abouti.",
      "unknown": "Nous ne savons pas comment l’appel s’est terminé.",
      "no-cancel": "Impossible de le terminer d’ici : ne décrochez pas, ou raccrochez.",
      "invalid": "Veuillez saisir un numéro de téléphone valable.",
      "refused": "Ce numéro ne peut pas être appelé d’ici.",
      "live": "Ce numéro est déjà en cours d’appel.",
      "throttled": "Trop d’appels en ce moment. Veuillez réessayer {when}.",
      "away": "Les appels sont impossibles en ce moment. Veuillez réessayer {when}.",
      "later": "plus tard",
      "closed": "Nous sommes fermés. Réouverture : {when}.",
      "link": "Ce lien n’est plus valable. Veuillez recharger la page.",
      "page": "Les appels sont impossibles depuis cette page.",
      "challenge": "Votre navigateur n’a pas pu être vérifié. Veuillez réessayer.",
      "insecure": "Les appels exigent une page sécurisée (https).",
      "may-ring": "Pas encore de réponse, mais votre téléphone sonnera peut-être.",
      "offline": "Pas de connexion. Veuillez réessayer."
    },
    "es": {
      "call": "Llámenme",
      "number": "¿A qué número le llamamos?",
      "cancel": "Terminar la llamada",
      "close": "Cerrar",
      "ready": "Se puede llamar al {number}.",
      "requested": "Un momento…",
      "ringing-extension": "Llamando a {name}…",
      "ringing-contact": "Su teléfono está sonando…",
      "answered-extension": "{name} está al teléfono. Ahora le llamamos a usted…",
      "connecting": "Conectándole con {name}…",
      "bridged": "Está en comunicación con {name}.",
      "ended": "La llamada ha terminado.",
      "cancelled": "La llamada se ha cancelado.",
      "you": "Su teléfono",
      "busy": "{name} está en otra llamada.",
      "no-answer": "{name} no ha contestado.",
      "declined": "{name} ha rechazado la llamada.",
      "unreachable": "{name} no está disponible.",
      "failed": "No se ha podido realizar la llamada.",
      "unknown": "No sabemos cómo ha terminado la llamada.",
      "no-cancel": "No se puede terminar desde aquí: no conteste, o cuelgue.",
      "invalid": "Escriba un número de teléfono válido.",
      "refused": "No se puede llamar a este número desde aquí.",
      "live": "Ya se está llamando a este número.",
      "throttled": "Hay demasiadas llamadas en este momento. Inténtelo de nuevo {when}.",
      "away": "No se puede llamar en este momento. Inténtelo de nuevo {when}.",
      "later": "más tarde",
      "closed": "Está cerrado. Volvemos a abrir: {when}.",
      "link": "Este enlace ya no es válido. Recargue la página.",
      "page": "No se puede llamar desde esta página.",
      "challenge": "No se ha podido verificar su navegador. Inténtelo de nuevo.",
      "insecure": "Solo se puede llamar desde una página segura (https).",
      "may-ring": "Aún no hay respuesta, pero puede que su teléfono suene.",
      "offline": "No hay conexión. Inténtelo de nuevo."
    },
    "ar": {
      "call": "اتصلوا بي",
      "number": "على أي رقم نتصل بك؟",
      "cancel": "إنهاء المكالمة",
      "close": "إغلاق",
      "ready": "يمكن الاتصال بالرقم {number}.",
      "requested": "لحظة من فضلك…",
      "ringing-extension": "جارٍ الاتصال بـ {name}…",
      "ringing-contact": "هاتفك يرن…",
      "answered-extension": "{name} على الخط. نتصل بك الآن…",
      "connecting": "جارٍ توصيلك بـ {name}…",
      "bridged": "أنت الآن على اتصال مع {name}.",
      "ended": "انتهت المكالمة.",
      "cancelled": "أُلغيت المكالمة.",
      "you": "هاتفك",
      "busy": "{name}: الخط مشغول.",
      "no-answer": "{name}: لا يوجد رد.",
      "declined": "{name}: رُفضت المكالمة.",
      "unreachable": "{name}: تعذّر الوصول.",
      "failed": "تعذّر إجراء المكالمة.",
      "unknown": "لا نعرف كيف انتهت المكالمة.",
      "no-cancel": "لا يمكن إنهاء المكالمة من هنا: لا ترد، أو أغلق الخط من هاتفك.",
      "invalid": "يُرجى إدخال رقم هاتف صحيح.",
      "refused": "لا يمكن الاتصال بهذا الرقم من هنا.",
      "live": "يجري الاتصال بهذا الرقم بالفعل.",
      "throttled": "المكالمات كثيرة الآن. يُرجى المحاولة مرة أخرى {when}.",
      "away": "لا يمكن إجراء المكالمات الآن. يُرجى المحاولة مرة أخرى {when}.",
      "later": "لاحقًا",
      "closed": "نحن مغلقون حتى {when}.",
      "link": "لم يعد هذا الرابط صالحًا. يُرجى إعادة تحميل الصفحة.",
      "page": "لا يمكن إجراء المكالمات من هذه الصفحة.",
      "challenge": "تعذّر التحقق من متصفحك. يُرجى المحاولة مرة أخرى.",
      "insecure": "لا يمكن إجراء المكالمات إلا من صفحة آمنة (https).",
      "may-ring": "لا يوجد رد بعد، لكن هاتفك قد يرن.",
      "offline": "لا يوجد اتصال. يُرجى المحاولة مرة أخرى."
    }
  }/*words*/;

  // What is said of a refusal's rule and status, or of a failed call's cause: the first that matches.
  const MEANINGS = {
    "number|invalid|required": "invalid", "country|kind|list|400": "refused", hours: "closed", "switch|503": "away", "504|409": "may-ring",
    429: "throttled", challenge: "challenge", insecure: "insecure", offline: "offline", "40|origin|fetch|get|signature": "page",
    BUSY: "busy", "NO_ANSWER|RESPONSE": "no-answer", REJECTED: "declined", CANCEL: "cancelled", "UNALLOC|NO_ROUTE|ABSENT|CHANGED|ORDER": "unreachable",
  };

  const STYLE = new CSSStyleSheet();
  STYLE.replaceSync(`
    :host {
      all: initial; color-scheme: inherit; display: inline-block; font: inherit; line-height: 1.45;
      --color: var(--c2cd-color, #1a5fd0); --radius: var(--c2cd-radius, 12px);
    }
    button, input {
      box-sizing: border-box; min-block-size: 44px; padding: .5em 1em; border: 1px solid #7d8590;
      border-radius: var(--radius); background: none; color: inherit; font: inherit;
    }
    button, label { font-weight: 600 }
    button { cursor: pointer }
    button:hover { filter: brightness(1.15) }
    :focus-visible { outline: 3px solid var(--color); outline-offset: 2px }
    .main { border-color: transparent; background: var(--color); color: var(--c2cd-on-color, #fff) }
    .opener { display: flex; align-items: center; gap: .4em }
    .opener::before {
      content: ""; inline-size: 24px; block-size: 24px; background: currentcolor;
      clip-path: path("M7 11a15 15 0 0 0 6 6l2-2q1-1 2 0l3 1q1 0 1 1v3q0 1-1 1A17 17 0 0 1 3 4q0-1 1-1h3q1 0 1 1l1 3q1 1 0 2z");
    }
    .panel {
      box-sizing: border-box; margin: 0; padding: 1.2em; inline-size: min(var(--c2cd-width, 21em), 100vw - 16px); overflow: visible;
      border: 1px solid #8884; border-radius: calc(var(--radius) + 4px); box-shadow: 0 8px 32px #0004;
      background: var(--c2cd-background, Canvas); color: var(--c2cd-text, CanvasText);
    }
    .panel:popover-open { position: absolute; inset: auto }
    .panel, form, label { display: grid; gap: .8em }
    label, p { margin: 0; padding-inline-end: 32px }
    input { margin: 0 -32px 0 0; font-size: max(16px, 1.1em); font-weight: 400 }
    [dir=rtl] input { margin: 0 0 0 -32px; text-align: right }
    [aria-invalid=true] { border-color: #e5484d }
    .close { position: absolute; inset-block-start: 8px; inset-inline-end: 8px; inline-size: 44px; padding: 0; border: 0 }
    .status { display: flex; gap: .7em }
    .status::before { content: ""; flex: none; inline-size: .6em; block-size: .6em; margin-block-start: .42em; border-radius: 50%; background: var(--color) }
    [data-tone=ok]::before { background: #2a9d4a }
    [data-tone=error]::before { background: #e5484d }
    .said { position: absolute; inline-size: 1px; overflow: hidden; clip-path: inset(50%) }
    [hidden], .status:empty { display: none }
    @media (prefers-reduced-motion: no-preference) { [data-tone=busy]::before { animation: pulse 1.4s infinite } }
    @keyframes pulse { 50% { opacity: .3 } }
    @media (forced-colors: active) { ::before { forced-color-adjust: none; background: CanvasText !important } }
  `);

  const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  const meaning = (text) => MEANINGS[Object.keys(MEANINGS).find((pattern) => RegExp(pattern).test(text))] || "failed";
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  // Digits of any script become ASCII; what is copied along with a number, and nobody sees, goes.
  const tidy = (text) => text.normalize("NFKC").replace(/[٠-٩۰-۹]/g, (digit) => digit.charCodeAt() & 15)
    .replace(/\p{Cf}/gu, "").replace(/[\p{Pd}/]/gu, "-").trim();

  function element(name, properties, ...children) {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...children);
    return node;
  }

  /** ALTCHA's proof of work. */
  async function solve({ nonce, salt, algorithm, cost, keyLength, keyPrefix }) {
    const way = { name: "PBKDF2", hash: algorithm.split("/")[1], salt: bytes(salt), iterations: cost };
    for (let counter = 0; ; counter++) {
      const password = bytes(nonce + counter.toString(16).padStart(8, "0"));
      const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
      const derivedKey = hex(await crypto.subtle.deriveBits(way, key, keyLength * 8));
      if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
    }
  }

  class CallButton {
    constructor(script) {
      const { account, button, signed, name, lang, label } = script.dataset;
      const tag = lang || script.closest("[lang]")?.lang || navigator.language;
      const language = tag.slice(0, 2).toLowerCase();
      Object.assign(this, { script, signed, name, isPreview: "preview" in script.dataset });
      this.url = `${new URL(script.src).origin}/v2/accounts/${account}/clicktocall/${button}/connect`;
      this.isForContact = /"contact":"/.test(signed && atob(signed.slice(6).split(".")[0].replace(/-/g, "+").replace(/_/g, "/")));
      this.words = WORDS[language] || WORDS.en;
      this.locale = WORDS[language] || script.dataset.textCall ? tag.replace("_", "-") : "en";
      this.isRtl = /^(ar|fa|he|ur)/.test(this.locale);
      this.build(label || this.word("call"));
      this.host = element("c2cd-button");
      this.host.dataset.button = button;
      this.shadow = this.host.attachShadow({ mode: "open" });
      this.shadow.adoptedStyleSheets = [STYLE];
      const onkeydown = ({ key }) => void (key === "Escape" && this.close());
      this.shadow.append(element("div", { lang: this.locale, dir: this.isRtl ? "rtl" : "ltr", onkeydown }, this.opener, this.panel, this.said));
      this.show(false);
    }

    build(label) {
      const button = (part, className, text, onclick) => element("button", { type: "button", part, className, onclick }, text);
      this.opener = button("button", "main opener", label, () => (this.panel.hidden ? this.open() : this.close()));
      this.canceller = button("cancel", "", this.word("cancel"), () => this.cancel());
      this.closer = button("close", "close", "✕", () => this.close());
      this.closer.ariaLabel = this.word("close");
      this.opener.ariaExpanded = false;
      this.field = element("input", { part: "field", type: "tel", autocomplete: "tel", oninput: () => this.typed() });
      this.field.setAttribute("aria-describedby", "status");
      this.submitter = element("button", { part: "submit", className: "main" }, this.word("call"));
      this.form = element("form", { noValidate: true, onsubmit: (event) => this.submit(event) },
        element("label", { part: "label" }, this.word("number"), this.field), this.submitter);
      this.status = element("p", { id: "status", part: "status", className: "status" });
      this.said = element("p", { role: "status", className: "said" });
      this.panel = element("div", { part: "panel", className: "panel", role: "dialog", ariaLabel: label, popover: "manual", hidden: true },
        this.form, this.status, this.canceller, this.closer);
    }

    word(key, values) {
      const text = this.script.getAttribute(`data-text-${key}`) ?? this.words[key];
      return text.replace(/{(\w+)}/g, (_, name) => {
        const value = { name: this.name, ...values }[name];
        return this.isRtl ? `\u2068${value}\u2069` : value;
      });
    }

    when(seconds, isTime) {
      if (!seconds) return this.word("later");
      if (isTime) return new Date(Math.round(Date.now() / 6e4 + seconds / 60) * 6e4)
        .toLocaleString(this.locale, { weekday: "long", hour: "numeric", minute: "numeric" });
      const [unit, length] = seconds < 100 ? ["second", 1] : seconds < 6000 ? ["minute", 60] : ["hour", 3600];
      return new Intl.RelativeTimeFormat(this.locale).format(Math.ceil(seconds / length), unit);
    }

    open() {
      this.reveal(true);
      if (!this.call) {
        this.tell("");
        if (this.isForContact) this.dial();
        else this.prove();
      }
      this.focus(this.field);
    }

    close() {
      this.reveal(false);
      this.opener.focus();
    }

    reveal(isOpen) {
      this.panel.hidden = !isOpen;
      this.panel.togglePopover?.(isOpen);
      this.opener.ariaExpanded = isOpen;
      for (const type of ["scroll", "resize"]) (isOpen ? addEventListener : removeEventListener)(type, this.place, true);
      this.place();
    }

    // Puts the panel by the button: below it, or above where there is more room.
    place = () => {
      if (!this.panel.togglePopover) return;
      const { left, right, top, bottom } = this.opener.getBoundingClientRect();
      const { offsetWidth: width, offsetHeight: height, style } = this.panel;
      const x = Math.min(this.isRtl ? right - width : left, document.documentElement.clientWidth - width - 8);
      const y = bottom + height + 8 > innerHeight && top > height + 8 ? top - height - 8 : bottom + 8;
      style.left = `${Math.max(8, x) + scrollX}px`;
      style.top = `${y + scrollY}px`;
    };

    focus(first = this.submitter) {
      [first, this.canceller, this.closer].find((node) => node.offsetParent)?.focus();
    }

    /** Show the call or the form; the focus stays in the panel. */
    show(isCalling) {
      const focused = this.shadow.activeElement;
      this.form.hidden = isCalling || this.isForContact;
      this.canceller.hidden = !isCalling;
      if (focused && focused !== this.opener) this.focus();
    }

    tell(text, tone) {
      this.status.textContent = this.said.textContent = text;
      this.status.dataset.tone = tone;
      this.place();
    }

    emit(detail) {
      this.host.dispatchEvent(new CustomEvent("c2cd", { bubbles: true, composed: true, detail }));
    }

    async ask(path, data, { method = data ? "POST" : "GET", key, signal = AbortSignal.timeout(3e4) } = {}) {
      const headers = data && { "Content-Type": "application/json", ...(key && { "Idempotency-Key": key }) };
      const body = data && JSON.stringify({ data });
      const response = await fetch(this.url + path, { method, headers, body, signal, credentials: "omit", cache: "no-store" });
      const { ok, status } = response;
      const answer = (await response.json().catch(() => ({}))).data || {};
      const rule = answer.rule ?? Object.keys(answer.contact || {})[0];
      return { ...answer, ok, status, rule, wait: answer.retry_after ?? +response.headers.get("Retry-After") };
    }

    typed() {
      this.stopChecking();
      this.tell("");
      this.checking = setTimeout(() => this.check().catch(() => {}), 600);
    }

    stopChecking() {
      clearTimeout(this.checking);
      this.trying?.abort();
      this.field.ariaInvalid = null;
    }

    async check() {
      const contact = tidy(this.field.value);
      if (!/(\d\D*){4}/.test(contact) || Date.now() < this.quietUntil) return;
      if (this.checked?.typed !== contact) {
        const answer = await this.try(contact);
        this.checked = { ...answer, typed: contact };
        this.quietUntil = answer.status === 429 && Date.now() + answer.wait * 1000;
      }
      if (this.checked.status !== 429) this.judge(this.checked);
    }

    try(contact) {
      this.trying = new AbortController();
      return this.ask("", { contact, signed: this.signed, dry_run: true }, this.trying);
    }

    judge(answer) {
      if (answer.allowed) this.tell(this.word("ready", { number: answer.contact }), "ok");
      else this.refuse(answer);
    }

    refuse({ status, rule, limit, wait }) {
      let key = meaning(`${rule} ${status}`);
      if (limit) key = limit === "contact_live" ? "live" : "throttled";
      if (rule === "signature" && this.signed) key = "link";
      if (key === "invalid") this.field.ariaInvalid = true;
      this.tell(this.word(key, { when: this.when(wait, key === "closed") }), "error");
    }

    submit(event) {
      event.preventDefault();
      this.stopChecking();
      const contact = tidy(this.field.value);
      if (contact) return this.dial(contact);
      this.refuse({ rule: "required" });
      this.field.focus();
    }

    async dial(contact) {
      const call = (this.call = { answered: new Set() });
      this.show(true);
      this.focus();
      this.tell(this.word("requested"), "busy");
      const answer = await (this.isPreview ? this.try(contact) : this.click(contact)).catch(() => ({ rule: "offline" }));
      if (!answer.call_id) {
        this.call = null;
        this.show(false);
        this.judge(answer);
        if (this.field.ariaInvalid) this.focus(this.field);
        if (!answer.allowed) this.emit({ state: "refused", rule: answer.rule, status: answer.status });
        return;
      }
      this.name ||= answer.outbound_caller_id_name;
      call.path = `/${answer.call_id}`;
      call.token = answer.call_token;
      if (call.isUnwanted) this.cancel();
      else if (!answer.can_hang_up) this.withoutEnd(this.shadow.activeElement);
      this.follow(call);
    }

    /** Send the click. Until its fate is known it stays the same click, by its key. */
    async click(contact, tries = 0) {
      if (!this.pending || this.pending.contact !== contact) this.pending = await this.prepare(contact);
      const answer = this.pending.rule ? this.pending : await this.ask("", this.pending.data, this.pending).catch((error) => {
        if (tries) throw error;
      });
      if (!answer || (answer.status === 409 && tries < 9)) {
        await pause(1);
        return this.click(contact, tries + 1);
      }
      if (!(answer.status >= 500 || answer.status === 409)) this.pending = null;
      return answer.rule === "challenge" && !tries ? this.click(contact, 1) : answer;
    }

    async prepare(contact) {
      const { rule, altcha } = await this.prove();
      this.proof = null;
      const key = hex(crypto.getRandomValues(new Uint8Array(16)));
      return { contact, key, data: { contact, altcha, signed: this.signed }, rule: this.call.isUnwanted ? "CANCEL" : rule };
    }

    prove() {
      return (this.proof ||= this.work().catch(() => ({})));
    }

    async work() {
      const { challenge } = this.signed || this.isPreview ? {} : await this.ask("/challenge");
      if (!challenge) return {};
      if (!crypto.subtle) return { rule: "insecure" };
      return { altcha: btoa(JSON.stringify({ challenge, solution: await solve(challenge.parameters) })) };
    }

    /** Hear the call's states from its stream; where that fails for good, ask for them. */
    follow(call) {
      const heard = new Set();
      let losses = 0;
      const source = new EventSource(`${this.url}${call.path}/events?call_token=${call.token}`);
      source.onmessage = ({ data }) => {
        losses = 0;
        if (heard.has(data)) return;
        heard.add(data);
        const told = JSON.parse(data);
        if (told.state === "ended") source.close();
        this.hear(told);
      };
      source.onerror = () => {
        if (source.readyState < 2 && ++losses < 4) return;
        source.close();
        this.poll(call);
      };
    }

    look({ path, token }) {
      return this.ask(`${path}?call_token=${token}`).catch(() => ({}));
    }

    async poll(call) {
      let last;
      for (let losses = 0; losses < 4; await pause(2)) {
        const told = await this.look(call);
        losses = told.ok ? 0 : losses + 1;
        if (!told.ok) continue;
        call.answered = new Set(["extension", "contact"].filter((leg) => told.legs[leg].answered_at));
        const now = told.state + call.answered.size;
        if (now !== last) this.hear({ ...told, leg: told.dial_first });
        if (told.state === "ended") return;
        last = now;
      }
      this.hear({ state: "ended", result: "unknown" });
    }

    hear({ state, leg, result, cause, ended_by }) {
      const { answered } = this.call;
      this.emit({ state, leg, result, cause });
      if (state === "ended") return this.end(result, ended_by ? "CANCEL" : cause);
      let key = state;
      if (state === "ringing") key += `-${(this.call.ringing = leg)}`;
      if (state === "answered") {
        answered.add(leg);
        key = answered.size > 1 ? "connecting" : leg === "contact" ? "ringing-extension" : "answered-extension";
      }
      this.tell(this.word(key), state === "bridged" ? "ok" : "busy");
    }

    async end(result, cause) {
      const { answered, ringing } = this.call;
      // Whose phone failed: the one that did not answer, else that which rang or was called first.
      let leg = answered.has("contact") ? "extension" : answered.size ? "contact" : ringing;
      if (result === "error") leg ||= (await this.look(this.call)).dial_first;
      this.call = null;
      if (this.panel.hidden && result === "error") this.reveal(true);
      this.show(false);
      const name = leg === "contact" ? this.word("you") : this.name;
      const key = { success: "ended", unknown: "unknown" }[result] || meaning(cause);
      this.tell(this.word(key, { name }), { success: "ok", error: "error" }[result]);
    }

    withoutEnd(isFocused) {
      this.canceller.hidden = true;
      if (isFocused) this.focus();
    }

    async cancel() {
      const { call } = this;
      call.isUnwanted = true;
      if (!call.path) return;
      this.withoutEnd(true);
      const { ok } = await this.ask(call.path, { call_token: call.token }, { method: "DELETE" }).catch(() => ({}));
      if (!ok && this.call) this.tell(this.word("no-cancel"), "busy");
    }
  }

  for (const script of document.querySelectorAll("script[data-account][data-button]")) {
    if (script.c2cd) continue;
    script.c2cd = true;
    script.after(new CallButton(script).host);
  }
})();
