// SPDX-License-Identifier: Apache-2.0

/// Requests as bots without a session send them, by the ten thousand: not one may make a ticket, an account or a session.
///
/// The same seed makes the same requests, so that a request which got through can be sent again.
package struct AnonymousCorpus: Sendable {
    /// What bots write to.
    package let portals: [PortalNames]
    private let seed: UInt64

    package init(portals: [PortalNames], seed: UInt64 = 20_240_601) {
        self.portals = portals
        self.seed = seed
    }

    /// So many requests: every way, every portal and every lie comes up again and again.
    ///
    /// Some targets are such as no client library would send; they have to go out octet for octet.
    package func requests(_ count: Int = 10_000) -> [PortalForm] {
        guard !portals.isEmpty else { return [] }
        var draws = Draws(state: seed)
        return (0..<count).map { index in
            let names = portals[index % portals.count]
            let way = Self.ways[index / portals.count % Self.ways.count]
            var form = way(names, names.requestTypes.isEmpty ? 1 : draws.one(of: names.requestTypes), index, &draws)
            form.headers += disguise(index, &draws)
            return PortalForm(
                name: "bot \(index) \(form.method) \(form.path)", method: form.method,
                target: names.contextPath + form.path, headers: form.headers, body: form.body)
        }
    }

    /// A request before its disguise.
    struct Draft {
        var method = "POST"
        var path: String
        var headers: [PortalForm.Header] = []
        var body: String?
    }

    typealias Way = @Sendable (PortalNames, Int, Int, inout Draws) -> Draft

    // MARK: Lies

    private static let agents = [
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0", "python-requests/2.32", "curl/8.5.0",
        "GoogleHC/1.0",
        "Googlebot/2.1 (+http://www.google.com/bot.html)", "ELB-HealthChecker/2.0", "Atlassian HttpClient", "", "-",
    ]

    private static let lies: [[PortalForm.Header]] = [
        [], [.init("X-Vestibule-User", "c_admin"), .init("X-Vestibule-Email", "admin@acme.example")],
        [.init("X_Vestibule_User", "c_admin")], [.init("x-vestibule-identity", "e30.e30.")],
        [.init("X-Vestibule-Target", "/vestibule/assets/vestibule.css")],
        [.init("X-Vestibule-Site", "other"), .init("X-Vestibule-Method", "GET")],
        [.init("X-Vestibule-Client", "127.0.0.1")], [.init("X-Forwarded-For", "127.0.0.1, ::1")],
        [.init("Forwarded", "for=127.0.0.1;host=localhost")], [.init("X-Real-IP", "10.0.0.1")],
        [.init("X-Original-URI", "/vestibule/start"), .init("X-Original-URL", "/vestibule/start")],
        [.init("X-Forwarded-Uri", "/vestibule/start"), .init("X-Forwarded-Method", "GET")],
        [.init("X-Rewrite-URL", "/vestibule/start")], [.init("X-HTTP-Method-Override", "GET")],
        [.init("Cookie", "vestibule=eyJhbGciOiJub25lIn0.eyJzdWIiOiJjX2FkbWluIn0.")],
        [.init("Cookie", "__Host-vestibule=e30.e30.e30; __Host-vestibule=e30.e30.e30")],
        [.init("Cookie", "__Host-vestibule-session=" + String(repeating: "A", count: 43))],
        [.init("Cookie", "JSESSIONID=0123456789ABCDEF; atlassian.xsrf.token=t; seraph.rememberme.cookie=1%3Aa")],
        [.init("Authorization", "Basic Ym90OmJvdA==")], [.init("Authorization", "Bearer NjY2NjY2NjY2NjY2Ojo6")],
        [.init("X-Remote-User", "admin")], [.init("X-Atlassian-Token", "no-check")],
        [.init("X-Requested-With", "XMLHttpRequest"), .init("Origin", "https://jsd-widget.atlassian.com")],
    ]

    private func disguise(_ index: Int, _ draws: inout Draws) -> [PortalForm.Header] {
        [
            .init("User-Agent", Self.agents[index % Self.agents.count]),
            .init("Accept", draws.one(of: ["text/html,application/xhtml+xml", "application/json", "*/*"])),
        ] + Self.lies[index % Self.lies.count]
    }
}

/// Numbers that look drawn and are the same every time (SplitMix64).
struct Draws: Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// One of some; there has to be one.
    mutating func one<Value>(of values: [Value]) -> Value { values[Int(next() % UInt64(values.count))] }
}
