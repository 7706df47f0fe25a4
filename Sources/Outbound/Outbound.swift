// Outbound is the one way out to the network, and decides where it leads.
//
// An operator types an issuer, and a stranger's metadata names further URLs; so a request can be aimed at what only
// this machine can reach. Four steps stand between a URL and a connection, the first and third of them pure:
//
// 1. `OutboundURLCheck`  one strict reading of the URL, https, a plain host
// 2. `Resolver`          the name's addresses, once
// 3. `AddressCheck`      every one of them against the policy
// 4. `GuardedTransport`  connects to an address that was checked, with TLS for the name, within time and size
//
// The URL that is sent is rebuilt from what step 1 read, so that no second parser has a say.
//
// `Mail/` is the way out for mail: `SMTPSender` takes a message to the one mail server of the settings. What is said there
// is decided by `SMTPDialogue`, which is pure; `SMTPHandler` has the octets and the TLS.
