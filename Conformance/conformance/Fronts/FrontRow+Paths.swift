// SPDX-License-Identifier: Apache-2.0

import Foundation

extension FrontRow {
    /// What two programs may take for different things.
    private static let ambiguous = [
        "/vestibule/..%2fservicedesk/customer/portals", "/vestibule/%2e%2e/servicedesk/customer/portals",
        "/vestibule/..;/servicedesk/customer/portals", "/vestibule//..//servicedesk/customer/portals",
        "/servicedesk/customer/portals;jsessionid=1", "/servicedesk/customer/portals%00",
        "/servicedesk\\customer\\portals", "/servicedesk/customer/portals%0d%0aX-Vestibule-User:%20admin",
        "/servicedesk/customer/portals%252f..", "//portal.localhost/servicedesk/customer/portals",
        "/servicedesk/customer/%c0%ae%c0%ae/portals", "/servicedesk/customer/portals%ff", "/rest/api/2/..;/myself",
        "/servicedesk/customer/../customer/portals", "/servicedesk/./customer/portals",
    ]

    /// What hides portal 7 behind something that is allowed.
    private static let disguises = [
        "/servicedesk/customer/portal/3/../7", "/servicedesk/customer/portal/3/..%2f7",
        "/servicedesk/customer/portal/3/%2e%2e/7", "/servicedesk/customer/portal/3/..;/7",
        "/servicedesk/customer/portal//7", "/servicedesk/customer/portal/%37", "/servicedesk/customer/portal/7;x=3",
        "/servicedesk/customer/portal/3%2f..%2f7", "/servicedesk/customer/portal/3/.//../7/create/71",
        "/s/a/_/..%2f..%2f..%2f..%2fservicedesk/customer/portal/7", "/vestibule/../servicedesk/customer/portal/7",
        "/vestibule/..;/servicedesk/customer/portal/7", "/servicedesk/customer/portal/3?x=/../7/../../portal/7",
        "/servicedesk/customer/portal/3#/../7", "/servicedesk/customer/portal/3\\..\\7",
        "/rest/servicedesk/1/customer/models/../../../../../servicedesk/customer/portal/7",
        "/rest/servicedeskapi/request/..;/..;/..;/servicedesk/customer/portal/7",
    ]

    /// What JSM's own pages ask for.
    private static let honest = [
        "/servicedesk/customer/portal/3?q=%2F..%2F&x=a;b", "/servicedesk/customer/portal/3/create/25",
        "/servicedesk/customer/user/requests?status=open&page=2", "/s/-abc_123/9.4.0/1/_/download/batch/x.css?a=b",
        "/servicedesk/customer/portal/3?name=%C3%A9t%C3%A9", "/plugins/servlet/desk/portal/3",
        "/servicedesk/customer/portal/3?a=1&a=2&empty=&plus=a+b&percent=%25",
    ]

    /// How a request target reaches the portal.
    static let paths: [FrontRow] = [
        .init("a path with two readings is refused, with a session too", "M41", needs: [.brokerAnswers]) { door in
            for target in ambiguous {
                for person in [nil, door.behind.alice] {
                    let sight = try await door.open(target, as: person)
                    do { try sight.refused(.badRequest, .noSession) } catch { throw Unmet("\(target): \(error)") }
                }
            }
        },
        .init("no disguise of a path opens another portal", "M41", needs: [.portalRules]) { door in
            for target in disguises {
                let sight = try await door.open(target, as: door.behind.alice)
                try require(!sight.portals.contains(7), "\(target): \(sight.description)")
            }
        },
        .init("no disguise of a path opens anything without a session", "M41") { door in
            for target in disguises + ambiguous {
                let sight = try await door.open(target)
                try require(sight.reached.isEmpty, "\(target): \(sight.description)")
            }
        },
        .init("what the portal's pages ask for arrives octet for octet") { door in
            for target in honest {
                do { try await door.open(target, as: door.behind.alice).passed(sameAs: target) } catch {
                    throw Unmet("\(target): \(error)")
                }
            }
        },
        .init("two lengths for one body smuggle nothing", "M47") { door in
            let host = door.running.addresses.host
            for session in ["", "Cookie: \(door.behind.alice.cookies)\r\n"] {
                for lengths in [
                    "Content-Length: 4\r\nTransfer-Encoding: chunked",
                    "Transfer-Encoding: chunked\r\nContent-Length: 4",
                    "Content-Length: 4\r\nContent-Length: 90", "Transfer-Encoding: xchunked\r\nContent-Length: 5",
                    "Transfer-Encoding : chunked\r\nContent-Length: 5",
                ] {
                    let first =
                        "POST \(TestBroker.defaultPath) HTTP/1.1\r\nHost: \(host)\r\n\(session)\(lengths)\r\n\r\n"
                    let second = "GET /servicedesk/customer/portal/7?smuggled HTTP/1.1\r\nHost: \(host)\r\n"
                    let text = "\(first)0\r\n\r\n\(second)X-Vestibule-User: admin\r\n\r\n"
                    let sight = try await door.send(octets: Array(text.utf8), patience: .seconds(1))
                    try require(
                        !sight.portals.contains(7) && (!session.isEmpty || sight.reached.isEmpty),
                        "\(lengths.replacingOccurrences(of: "\r\n", with: ", ")): \(sight.description)")
                }
            }
        },
        .init("the gate's own addresses are paths of the portal like any other") { door in
            for target in ["/gate/nginx", "/gate/forward", "/gate/envoy/", "/metrics", "/readyz", "/.vestibule-check"] {
                let sight = try await door.open(target)
                try sight.refused(.noSession, .badRequest)
            }
        },
        .init("an address that names another origin opens nothing", "M41") { door in
            for target in ["http://evil.example\(TestBroker.defaultPath)", "evil.example:443", "*"] {
                let sight = try await door.open(target)
                try require(sight.reached.isEmpty && sight.answer.status != 200, "\(target): \(sight.description)")
            }
        },
    ]
}
