"""``connect?dry_run=true``: what a click would come to, without a call and at no cost."""

from c2cd.errors import Denied, SwitchUnreachable
from c2cd.model.button import Button
from c2cd.switch.orders import originate_headers
from c2cd.web.answers import DryRun
from c2cd.web.arrival import arrival_of
from c2cd.web.clicking import clicker, client, judge, read_click, way_of
from c2cd.web.client import network_of
from c2cd.web.originate import asks_to_auto_answer, originate_data
from c2cd.web.visit import Visit


async def try_click(visit: Visit, button: Button) -> DryRun:
    """Take a click through all the guards, and tell what they say and what would be sent.

    Denied only where one client tries too often.
    """
    doorkeeper, way, contact = visit.services.doorkeeper, way_of(visit), None
    doorkeeper.count_dry_run(network_of(client(visit)), doorkeeper.limits(visit.owner, way))
    try:
        doorkeeper.arrive(visit.owner, button, way, arrival_of(visit.request))
        click, link = read_click(visit, button)
        contact = click.contact.text
        await judge(visit, click, link)
        doorkeeper.check(click)
        auto_answer = asks_to_auto_answer(visit, button)
        call, order = visit.services.placer.compose(click, clicked_by=clicker(visit), auto_answer=auto_answer)
    except Denied as denied:
        return DryRun(
            allowed=False,
            rule=denied.rule,
            message=str(denied),
            limit=denied.quota.key if denied.quota else None,
            retry_after=denied.retry_after,
            contact=contact or denied.contact or None,
        )
    except SwitchUnreachable as away:
        return DryRun(
            allowed=False, rule=away.name, message=str(away), retry_after=away.retry_after, contact=contact
        )
    return DryRun(
        allowed=True,
        contact=contact,
        originate=originate_data(call, visit.owner, button.means, click.contact, auto_answer=auto_answer),
        order=originate_headers(order) if visit.token is not None and visit.token.scope == "manage" else None,
    )
