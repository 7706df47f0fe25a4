// SPDX-License-Identifier: Apache-2.0

/// Requests as bots send them to a portal that is open to everybody.
enum BotCorpus {
    private static let pages = [
        "/servicedesk/customer/portals", "/servicedesk/customer/portal/3", "/servicedesk/customer/portal/3/group/1",
        "/servicedesk/customer/portal/3/create/25", "/servicedesk/customer/portal/5/create/41",
        "/servicedesk/customer/user/signup", "/servicedesk/customer/user/login", "/servicedesk/customer/user/requests",
        "/jsd-widget/index.html", "/s/x/_/a.css", "/robots.txt", "/",
    ]

    /// Ways to write a path that some proxy and some servlet container read differently.
    private static let disguises = [
        "//servicedesk/customer/portal/3/create/25", "/./servicedesk/customer/portal/3/create/25",
        "/vestibule/../servicedesk/customer/portal/3/create/25",
        "/vestibule/..;/servicedesk/customer/portal/3/create/25",
        "/servicedesk/customer;a=b/portal/3/create/25", "/%73ervicedesk/customer/portal/3/create/25",
        "/servicedesk/customer/portal/3/create/25%3f.css", "/vestibule/..%2fservicedesk/customer/portal/3/create/25",
        "/servicedesk%2fcustomer/portal/3/create/25", "/vestibule/%2e%2e/servicedesk/customer/portal/3/create/25",
        "/servicedesk/customer/portal/3/create/25#.css", "http://evil.example/servicedesk/customer/portal/3/create/25",
        "/healthz/..%5cservicedesk/customer/portal/3/create/25", "/servicedesk/customer/portal/3/create/25/",
    ]

    private static let calls = [
        (
            "/rest/servicedeskapi/request",
            #"{"serviceDeskId":"3","requestTypeId":"25","requestFieldValues":{"summary":"x"}}"#
        ),
        ("/rest/servicedesk/1/customer/models", #"{"models":["portals"],"options":{}}"#),
        ("/rest/servicedesk/1/customer/pages/user/signup", #"{"email":"bot@spam.example"}"#),
        ("/rest/servicedesk/1/customer/portal/3/request-type/25/request", #"{"summary":"x"}"#),
        ("/rest/tsv/1.0/authenticate", #"{"username":"bot","password":"bot"}"#),
        ("/rest/api/2/issue", #"{"fields":{"summary":"x"}}"#),
        ("/rest/jsd-widget/1.0/public/request", #"{"summary":"x"}"#),
    ]

    private static let methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]
    private static let agents = ["curl/8.5.0", "GoogleHC/1.0", "Mozilla/5.0 (compatible; spambot/2.0)"]

    /// The corpus: each path by each method, each disguise as a posted form, each call by each agent.
    static let requests: [DoorRequest] =
        pages.flatMap { page in methods.map { form($0, page) } }
        + disguises.flatMap { target in ["POST", "GET"].map { form($0, target) } }
        + calls.flatMap { path, body in agents.map { call(path, body, agent: $0) } }

    private static func form(_ method: String, _ target: String) -> DoorRequest {
        DoorRequest(
            method: method, target: target,
            headers: [("X-Atlassian-Token", "no-check"), ("X-Forwarded-For", "127.0.0.1")],
            body: method == "POST" ? "summary=x&description=x" : nil)
    }

    private static func call(_ path: String, _ body: String, agent: String) -> DoorRequest {
        DoorRequest(
            method: "POST", target: path,
            headers: [
                ("Content-Type", "application/json"), ("User-Agent", agent), ("X-ExperimentalApi", "opt-in"),
                ("X-Original-URI", "/vestibule/assets/vestibule.css"), ("Authorization", "Basic Ym90OmJvdA=="),
            ], accept: "application/json", body: body)
    }
}
