import Broker

extension ProviderRule {
    /// Who comes out of an honest login.
    public static let identityRules: [ProviderRule] = [
        ProviderRule(
            "identity.honest", "an honest login gives the person as the module's page says",
            clause: "SPI, VerifiedIdentity",
            fix: "compare what the IdP sent with what the module reads"
        ) { row in
            let identity = try await LoginDriver(row).login().identity()
            try row.expected.check(identity)
        },
        ProviderRule(
            "identity.own-connection", "the subject is of this connection, its issuer and its name are not empty",
            clause: "SPI, SubjectKey", fix: "make the key of the connection's own id and of what the IdP asserted"
        ) { row in
            let driver = try LoginDriver(row)
            let subject = try await driver.login().identity().subject
            try require(subject.connection == driver.bench.connection, "the connection is \(subject.connection)")
            try require(!subject.issuer.isEmpty && !subject.subject.isEmpty, "issuer or subject is empty")
        },
        ProviderRule(
            "identity.same-person", "two logins of one person give one subject", clause: "OpenID Connect Core 5.7",
            fix: "take what never changes: sub, oid, a persistent NameID"
        ) { row in
            let driver = try LoginDriver(row)
            let (one, two) = (try await driver.login().identity(), try await driver.login().identity())
            try require(one.subject == two.subject, "\(one.subject.subject) is then \(two.subject.subject)")
        },
        ProviderRule(
            "identity.other-person", "two people have two subjects", clause: "OpenID Connect Core 5.7",
            fix: "do not make the subject of something that people share"
        ) { row in
            let alice = try await LoginDriver(row).login().identity()
            let bob = try await LoginDriver(row.with { $0.loginHint = $0.loginHint.map { _ in KitPerson.bob.email } })
                .login(KitVisit(.bob)).identity()
            try require(alice.subject != bob.subject, "both are \(alice.subject.subject)")
        },
        ProviderRule(
            "identity.new-address", "who gets a new address stays the same person", clause: "OpenID Connect Core 5.7",
            fix: "never make the subject of an address", notApplicable: { $0.addressIsSubject }
        ) { row in
            let driver = try LoginDriver(row)
            let before = try await driver.login().identity()
            let married = KitVisit(KitPerson.alice.with(email: "alice.jones@acme.example"))
            let after = try await driver.login(married).identity()
            try require(before.subject == after.subject, "\(before.subject.subject) became \(after.subject.subject)")
            try require(before.email?.address != after.email?.address, "the new address did not arrive")
        },
        ProviderRule(
            "identity.once", "every login carries an identifier that the engine takes once",
            clause: "SAML Profiles 4.1.4.5; SPI, VerifiedIdentity.oneTime",
            fix: "give the assertion's or the token's identifier, and how long it could be replayed"
        ) { row in
            let driver = try LoginDriver(row)
            let (one, two) = (try await driver.login().identity(), try await driver.login().identity())
            try require(!one.oneTime.isEmpty, "there is none")
            for once in one.oneTime {
                try require(!once.identifier.isEmpty && once.until > driver.bench.clock.now, "it is empty or over")
            }
            let both = Set(one.oneTime.map(\.identifier)).intersection(two.oneTime.map(\.identifier))
            try require(both.isEmpty, "two logins share \(both)")
        },
        ProviderRule(
            "identity.concurrent", "fifty logins at once do not mix", clause: "SPI, IdentityProvider: Sendable",
            fix: "keep nothing of a login in the module"
        ) { row in
            let driver = try LoginDriver(row)
            let subjects = try await withThrowingTaskGroup(of: (Int, SubjectKey).self) { group in
                for index in 0..<50 {
                    group.addTask {
                        let person = KitPerson.numbered(index)
                        let hinted = row.loginHint == nil ? driver : try driver.hinting(person.email)
                        return (index, try await hinted.login(KitVisit(person)).identity().subject)
                    }
                }
                return try await group.reduce(into: [Int: SubjectKey]()) { $0[$1.0] = $1.1 }
            }
            try require(Set(subjects.values).count == 50, "fifty people have \(Set(subjects.values).count) subjects")
            let again = try await driver.hinting(KitPerson.numbered(7).email).login(KitVisit(.numbered(7))).identity()
            try require(again.subject == subjects[7], "the seventh is another one alone")
        },
    ]
}

extension KitPerson {
    /// One of many.
    static func numbered(_ index: Int) -> KitPerson {
        let digits = String(1000 + index)
        return KitPerson(
            subject: "33333333-0000-4000-8000-00000000\(digits)", email: "person\(digits)@acme.example",
            name: "Person \(digits)")
    }
}

extension LoginDriver {
    /// The same connection, for a person who typed this address; of rows that know people by it.
    func hinting(_ email: String) throws(KitFailure) -> LoginDriver {
        guard row.loginHint != nil else { return self }
        return LoginDriver(row: row.with { $0.loginHint = email }, bench: bench, upstream: upstream, provider: provider)
    }

    private init(
        row: ProviderUnderTest, bench: KitBench, upstream: any ScriptedUpstream, provider: any IdentityProvider
    ) {
        self.row = row
        self.bench = bench
        self.upstream = upstream
        self.provider = provider
    }
}
