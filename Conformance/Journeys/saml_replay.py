"""One Response, posted a hundred times at once over two processes, and again after both restarted: one session.

And what else is refused however well it is signed: a Response that nobody asked for, a second time; one whose
connection was disabled while the person was away; one of another IdP, or for another ACS, with the same certificate.
"""

import collections
import concurrent.futures
import re
import threading
import urllib.parse

from harness import Client, Journey, MockSAML, Stack, explained

TARGET = "/servicedesk/customer/portal/3"
EMAIL = "carol@globex.example"
POSTS = 100
# The same IdP three times, each with an ACS of its own; what the broker takes for another IdP; logins the IdP starts.
STAFF, SECOND, OTHER, STARTED = "globex-saml", "globex-second", "globex-other", "globex-started"


def start(stack):
    stack.saml = saml = MockSAML(stack)
    other = saml.connection(OTHER, **saml.by_hand())
    other.issuer = "https://login.another.example/saml"
    return [saml.connection(STAFF, **saml.by_hand()), saml.connection(SECOND, **saml.by_hand()), other,
            saml.connection(STARTED, **saml.by_hand(), idpInitiated="accept")]


def begin(stack, connection=STAFF, client=None):
    """A browser with Carol's Response in its hands."""
    return (client or Client(stack)).begin(TARGET, email=EMAIL, connection=connection)


def unsolicited(stack):
    """A Response that nobody asked for."""
    client = Client(stack)
    sp = urllib.parse.quote(f"{stack.public}/cb/{STARTED}/metadata", "")
    page = client.get(f"{stack.saml.base}/start-login?user=carol&sp={sp}")
    form = next(each for each in page.forms if "SAMLResponse" in each["fields"])
    stack.notice_posted(form["fields"])
    return form


def at_once(stack, clients, url, fields):
    """Every client posts the same at the same moment, by turns to the two processes."""
    gate = threading.Barrier(len(clients))

    def post(number):
        gate.wait()
        return clients[number].request("POST", url, body=fields, port=stack.public_ports[number % 2])

    with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(post, range(len(clients))))


def restart(stack):
    """As after a power cut."""
    for broker in stack.brokers:
        broker.kill()
    for index in range(stack.count):
        stack.start_broker(index)


def told(answers):
    return dict(collections.Counter((answer.status, answer.code) for answer in answers))


def rule(stack, answer):
    """The exact check that refused, as the operator sees it."""
    reference = re.search(r'class="reference".*?<code>([^<]+)</code>', answer.text, re.S)
    return explained(stack, reference.group(1))[0] if reference else None


def solicited(journey, stack):
    journey.step(f"{POSTS} posts of one Response at once, over two processes, with the browser's cookies")
    before = len(stack.live_sessions())
    way = begin(stack)
    clients = [way.client.copy() for _ in range(POSTS)]
    answers = at_once(stack, clients, way.url, way.fields)
    winners = [client for client in clients if client.has_session]
    made = len(stack.live_sessions()) - before
    journey.check(made == 1, "exactly one session", made)
    journey.check(len(winners) == 1, "exactly one answer carries it", len(winners))
    refused = [answer for client, answer in zip(clients, answers) if not client.has_session]
    journey.check({answer.code for answer in refused} <= {"login_already_used", "state_mismatch", "message_refused"}
                  and all(400 <= answer.status < 500 for answer in refused), "the others are refused", told(refused))
    print(f"    they were told {told(refused)}")
    greeted = winners and winners[0].get(stack.origin + TARGET)
    journey.check(greeted and EMAIL in greeted.text, "and the portal greets Carol")

    journey.step("both processes are killed and start again")
    restart(stack)
    clients = [way.client.copy() for _ in range(POSTS)]
    answers = at_once(stack, clients, way.url, way.fields)
    journey.check(len(stack.live_sessions()) - before == 1, f"{POSTS} more posts make no further session",
                  len(stack.live_sessions()) - before)
    journey.check(not any(client.has_session for client in clients)
                  and all(400 <= answer.status < 500 for answer in answers), "all are refused", told(answers))
    after = winners and winners[0].get(stack.origin + TARGET)
    journey.check(after and EMAIL in after.text, "and the one session is still there")

    journey.step("the same Response under a login that the same browser began later")
    later = begin(stack)
    answer = later.client.request(
        "POST", way.url, body={**later.fields, "SAMLResponse": way.fields["SAMLResponse"]})
    seen = rule(stack, answer)
    journey.check(not later.client.has_session and seen == "in_response_to_mismatch", "is refused", (answer.code, seen))


def nobody_asked(journey, stack):
    journey.step(f"{POSTS} browsers at once with one Response that nobody asked for, where the IdP may start logins")
    before = len(stack.live_sessions())
    form = unsolicited(stack)
    clients = [Client(stack) for _ in range(POSTS)]
    answers = at_once(stack, clients, form["action"], form["fields"])
    asked = [(client, answer) for client, answer in zip(clients, answers) if not answer.code]
    journey.check(len(asked) == 1 and not any(client.has_session for client in clients),
                  "one of them is asked, and nothing is opened yet", told(answers))
    refused = {answer.code for answer in answers if answer.code}
    journey.check(refused == {"message_refused"}, "the others are told that it was used", told(answers))
    restart(stack)
    answers = at_once(stack, [Client(stack) for _ in range(10)], form["action"], form["fields"])
    journey.check({answer.code for answer in answers} == {"message_refused"}, "so are those who come after a restart",
                  told(answers))
    for client, answer in asked:
        client.submit(client.follow(answer).forms[0])
        journey.check(client.has_session, "whoever was asked before it goes on")
    made = len(stack.live_sessions()) - before
    journey.check(made == 1, "exactly one session", made)


def disabled(journey, stack):
    journey.step("the connections are disabled while Carol is at the identity provider")
    way, form = begin(stack), unsolicited(stack)
    asked, live = Client(stack), stack.live_sessions()
    page = asked.follow(asked.request("POST", form["action"], body=form["fields"]))
    late = unsolicited(stack)
    switched = [each for each in stack.declared if each.name in (STAFF, STARTED)]
    for each in switched:
        each.enabled = False
    stack.apply(settle=True)
    answers = {
        "her Response": way.send(),
        "`Continue` on a page that was open": asked.submit(page.forms[0]),
        "a Response that nobody asked for": Client(stack).request("POST", late["action"], body=late["fields"])}
    for what, answer in answers.items():
        journey.check(400 <= answer.status < 500 and answer.code, f"{what} is refused", (answer.status, answer.code))
    print(f"    they were told {told(answers.values())}")
    journey.check(not way.client.has_session and not asked.has_session
                  and set(stack.live_sessions()) <= set(live), "and no session was made")
    for each in switched:
        each.enabled = True
    stack.apply(settle=True)
    fresh = Client(stack)
    answer = fresh.login(TARGET, email=EMAIL, connection=STAFF)
    journey.check(fresh.has_session, "enabled again, she signs in", (answer.status, answer.code))
    answer = way.send()
    journey.check(not way.client.has_session, "but not by the old Response", (answer.status, answer.code))


def elsewhere(journey, stack):
    journey.step("one certificate for several connections")
    fresh = Client(stack)
    answer = fresh.login(TARGET, email=EMAIL, connection=SECOND)
    journey.check(fresh.has_session, f"{SECOND}, with an ACS of its own, signs in", (answer.status, answer.code))
    live = stack.live_sessions()

    def expect(client, answer, expected, what):
        seen = rule(stack, answer)
        journey.check(400 <= answer.status < 500 and not client.has_session and seen == expected, what,
                      (answer.status, answer.code, seen))

    way = begin(stack, OTHER)
    expect(way.client, way.send(), "issuer_mismatch",
           "all is right but the issuer, whose key the connection has: refused")
    for target, expected in ((SECOND, "destination_mismatch"), (OTHER, "issuer_mismatch")):
        # The browser has begun a login at both: nothing but the message is wrong.
        client = Client(stack)
        mine, theirs = begin(stack, STAFF, client), begin(stack, target, client)
        message = {**theirs.fields, "SAMLResponse": mine.fields["SAMLResponse"]}
        expect(client, client.request("POST", theirs.url, body=message), expected,
               f"the Response for {STAFF} at the ACS of {target}, in {target}'s login: refused")
        mine = begin(stack, STAFF, client)
        answer = client.request("POST", theirs.url, body=mine.fields)
        journey.check(400 <= answer.status < 500 and not client.has_session, "and in its own login",
                      (answer.status, answer.code))
    journey.check(stack.live_sessions() == live, "no session was made")


def main():
    connections = ",".join((STAFF, SECOND, OTHER, STARTED))
    with Journey("saml_replay") as journey, \
            Stack(journey, brokers=2, connections=start, saml_connections=connections,
                  link_rules={"globex": [[STAFF, SECOND], [STAFF, STARTED]]}) as stack:
        stack.saml.trust(STAFF, SECOND, OTHER, STARTED)
        solicited(journey, stack)
        nobody_asked(journey, stack)
        disabled(journey, stack)
        elsewhere(journey, stack)


main()
