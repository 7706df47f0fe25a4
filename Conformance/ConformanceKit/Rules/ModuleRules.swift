import Broker

extension ProviderRule {
    /// What a module is before anybody signs in.
    public static let moduleRules: [ProviderRule] = [
        ProviderRule(
            "module.kind", "the kind is a well-formed name", clause: "SPI, IdentityProvider.kind",
            fix: "name the kind in lower-case letters, digits and - . _, at most 64"
        ) { row in
            try require(row.type.kind.isWellFormed, "the kind is \"\(row.type.kind)\"")
        },
        ProviderRule(
            "module.no-io", "making a connection asks nobody", clause: "SPI, IdentityProvider.init: no I/O",
            fix: "move fetching out of init, to the first call that needs the answer"
        ) { row in
            let bench = LoginDriver.bench(row)
            _ = try LoginDriver.provider(row, row.settings, bench: bench)
            for _ in 0..<1000 { await Task.yield() }
            try require(bench.transport.requests.isEmpty, "\(bench.transport.requests.count) requests were sent")
            try require(bench.memory.calls == 0, "the memory was asked \(bench.memory.calls) times")
            try require(bench.mailbox.mails.isEmpty, "a mail was sent")
        },
        ProviderRule(
            "module.loads-down", "a connection loads while its IdP, the store and the mail server are down",
            clause: "SPI, IdentityProvider.init: no I/O", fix: "do not look at the IdP before somebody signs in"
        ) { row in
            let bench = LoginDriver.bench(row)
            bench.transport.isDown = true
            bench.memory.isDown = true
            bench.mailbox.fail(.unavailable)
            _ = try LoginDriver.provider(row, row.settings, bench: bench)
        },
        ProviderRule(
            "module.no-secret-at-load", "a connection loads although its secret is not there yet",
            clause: "SPI, ProviderContext.secrets", fix: "read the secret when it is used, so that one can be rotated"
        ) { row in
            var bench = LoginDriver.bench(row)
            bench.secrets = [:]
            _ = try LoginDriver.provider(row, row.settings, bench: bench)
        },
        ProviderRule(
            "module.abilities", "the abilities are the declared ones", clause: "SPI, Abilities",
            fix: "conform to the ability's protocol, or take it out of the declared list"
        ) { row in
            let bench = LoginDriver.bench(row)
            let found = KitAbility.all(of: try LoginDriver.provider(row, row.settings, bench: bench))
            let missing = row.abilities.subtracting(found).sorted().map(\.rawValue)
            let further = found.subtracting(row.abilities).sorted().map(\.rawValue)
            try require(missing.isEmpty && further.isEmpty, "missing: \(missing), not declared: \(further)")
        },
    ]
}
