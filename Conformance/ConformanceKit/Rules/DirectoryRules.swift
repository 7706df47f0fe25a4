import Broker
import Foundation
import HTTPTypes

extension ProviderRule {
    /// Who is in the IdP's directory: what is said here takes people's access away.
    public static let directoryRules: [ProviderRule] = listRules + statusRules

    private static let listRules: [ProviderRule] = [
        directoryRule(
            "directory.not-configured", "a connection that lists nobody says so", clause: "SPI, Abilities",
            fix: "throw notConfigured before anybody is asked"
        ) { row in
            let driver = try LoginDriver(row)
            let source = try unwrap(driver.provider as? any DirectorySource, "the module lists nobody")
            let subject = SubjectKey(
                connection: driver.bench.connection, issuer: row.expected.issuer ?? "", tenant: row.expected.tenant,
                subject: row.expected.subject ?? "")
            let codes = [
                await code { () async throws(LoginError) in _ = try await source.changes(since: nil) },
                await code { () async throws(LoginError) in _ = try await source.status(of: subject) },
            ]
            for code in codes { try require(code == .notConfigured, "the code is \(code?.rawValue ?? "none")") }
            try require(driver.bench.transport.requests.isEmpty, "somebody was asked")
        },
        directoryRule(
            "directory.everybody", "everybody is listed once, page by page, from cursors that outlive the process",
            clause: "SPI, DirectorySource.changes", fix: "keep in the cursor all that the next page needs"
        ) { row in
            let driver = try DirectoryDriver(row)
            let (people, pages, cursor) = try await driver.everybody()
            try require(pages > 1, "there is one page")
            let keys = Set(people.map(\.subject))
            try require(keys.count == people.count, "somebody is listed twice")
            let missing = driver.subjects().symmetricDifference(keys.map(\.subject))
            try require(missing.isEmpty, "listed too little or too much: \(missing.sorted())")
            _ = try await driver.page(since: cursor)
        },
        directoryRule(
            "directory.same-person",
            "a listed person has the key of the login, and an address that is believed no more",
            clause: "SPI, DirectoryPerson.subject", fix: "make the key as a login makes it"
        ) { row in
            let driver = try DirectoryDriver(row)
            let login = try await driver.login.login().identity()
            let people = try await driver.everybody().people
            for person in people {
                try require(
                    person.subject.connection == driver.login.bench.connection && !person.subject.issuer.isEmpty
                        && !person.subject.subject.isEmpty, "a person is of \(person.subject.connection)")
            }
            let alice = try unwrap(
                people.first { $0.subject == login.subject }, "nobody is listed as \(login.subject.subject)")
            try require(alice.status == .active, "who signed in is \(alice.status.rawValue)")
            try require(alice.email?.address == login.email?.address, "the address is another")
            let evidence = alice.email?.evidence ?? Email.Evidence.none
            try require(
                evidence == .none || evidence == login.email?.evidence,
                "the address is \(evidence.rawValue), after a login \(login.email?.evidence.rawValue ?? "absent")")
        },
        directoryRule(
            "directory.cursor", "a cursor of other settings, or one that is damaged, is refused by its rule",
            clause: "SPI, DirectorySource.changes: rule directory_cursor",
            fix: "write into the cursor whose it is, and compare before anybody is asked"
        ) { row in
            let driver = try DirectoryDriver(row)
            let honest = try await driver.page(since: nil).cursor
            for (name, cursor) in damaged(honest) {
                try await requireRefusedCursor(name, cursor, driver, elsewhere: false)
            }
            try await requireRefusedCursor("one of other settings", honest, driver, elsewhere: true)
        },
        directoryRule(
            "directory.down", "an IdP that is down is an error, not an empty list and not a leaver",
            clause: "SPI, LoginError.Code", fix: "map every TransportError to upstreamUnavailable"
        ) { row in
            for code in TransportError.Code.allCases where code != .malformedURL {
                let driver = try DirectoryDriver(row)
                let (key, cursor) = (try await driver.key(of: .alice), try await driver.page(since: nil).cursor)
                driver.login.bench.transport.failAll(code)
                for since in [nil, cursor] {
                    try requireOutage(
                        try await driver.refusal { source throws(LoginError) in
                            _ = try await source.changes(since: since)
                        }, "a page", code)
                }
                try requireOutage(
                    try await driver.refusal { source throws(LoginError) in _ = try await source.status(of: key) },
                    "a person", code)
            }
        },
        directoryRule(
            "directory.page-fails", "a page that does not come is an error, and the cursor before it goes on to count",
            clause: "SPI, DirectorySource.changes", fix: "throw; never give a page without its people"
        ) { row in
            for (name, answer) in DirectoryAnswers.failures {
                for number in 0...1 {
                    let driver = try DirectoryDriver(row)
                    let cursor = number == 0 ? nil : try await driver.page(since: nil).cursor
                    driver.spoil(.init(applies: { isPage($0, number) }, answer: answer))
                    let refusal = try await driver.refusal { source throws(LoginError) in
                        _ = try await source.changes(since: cursor)
                    }
                    try require(refusal != nil, "page \(number + 1) came, with \(name) in its place")
                    driver.spoil(nil)
                    let people = try await driver.page(since: cursor).people.map(\.subject.subject)
                    try require(
                        Set(people) == driver.subjects(onPage: number), "page \(number + 1) is lost after \(name)")
                }
            }
        },
    ]

    // MARK: Helpers

    static func directoryRule(
        _ id: String, _ title: String, clause: String, fix: String,
        check: @escaping @Sendable (ProviderUnderTest) async throws -> Void
    ) -> ProviderRule {
        ProviderRule(
            id, title, clause: clause, fix: fix,
            notApplicable: { $0.abilities.contains(.directorySource) ? nil : "people are not listed" }, check: check)
    }

    private static func code(_ body: () async throws(LoginError) -> Void) async -> LoginError.Code? {
        do throws(LoginError) {
            try await body()
            return nil
        } catch {
            return error.code
        }
    }

    private static func isPage(_ question: ScriptedDirectory.Question, _ number: Int) -> Bool {
        if case .page(number, _) = question { true } else { false }
    }

    private static func requireOutage(
        _ error: LoginError?, _ what: String, _ code: TransportError.Code
    ) throws(KitFailure) {
        let error = try unwrap(error, "\(what) came although nobody answered (\(code.rawValue))")
        let codes: Set<LoginError.Code> = [.upstreamUnavailable, .upstreamInvalid]
        try require(codes.contains(error.code), "\(code.rawValue) becomes \(error.code)")
    }

    private static func damaged(_ cursor: Data) -> [(String, Data)] {
        var flipped = cursor
        if let first = flipped.first { flipped[flipped.startIndex] = first ^ 0x20 }
        return [
            ("an empty one", Data()), ("an empty object", Data("{}".utf8)), ("no text", Data([0xff, 0, 1])),
            ("one that was cut", Data(cursor.dropLast())), ("one with something behind it", cursor + Data("x".utf8)),
            ("one whose first octet is another", flipped), ("half a megabyte", Data(repeating: 0x41, count: 1 << 19)),
        ]
    }

    private static func requireRefusedCursor(
        _ name: String, _ cursor: Data, _ driver: DirectoryDriver, elsewhere: Bool
    ) async throws(KitFailure) {
        let before = driver.login.bench.transport.requests.count
        let error = try await driver.refusal(
            { source throws(LoginError) in _ = try await source.changes(since: cursor) }, elsewhere: elsewhere)
        let refused = try unwrap(error, "\(name) is taken")
        try require(refused.rule == "directory_cursor", "\(name) is refused by the rule \(refused.rule ?? "none")")
        try require(driver.login.bench.transport.requests.count == before, "\(name): somebody was asked with it")
    }
}
