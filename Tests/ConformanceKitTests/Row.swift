import Broker
import ConformanceKit
import Foundation
import FoundationEssentials
import HTTPTypes

extension ProviderUnderTest {
    /// The small module, without a mistake.
    static let small = ProviderUnderTest(
        "small", SmallProvider.self, .openIDConnect,
        settings: ["issuer": "https://op.example", "clientID": "c1", "clientSecret": "env:SMALL"],
        abilities: [
            .upstreamLogout, .logoutReceiver, .sessionRefresher, .trustRefresher, .settingsLint, .directorySource,
        ],
        expected: ExpectedIdentity(
            subject: KitPerson.alice.subject, issuer: "https://op.example", email: "alice@acme.example",
            evidence: .idpVerified, completeness: .complete, groups: KitPerson.alice.groups)
    ) { try ScriptedOpenIDProvider($0, .small) }
    .with {
        $0.groupLookups = ["https://op.example/groups"]
        $0.refreshes = true
        $0.directory = .small
    }

    /// The small module with a mistake.
    static func small(_ flaw: SmallProvider.Flaw) -> ProviderUnderTest {
        small.with {
            $0.name = "small (\(flaw.rawValue))"
            $0.settings["flaws"] = [.string(flaw.rawValue)]
        }
    }
}

extension ScriptedDirectory {
    /// Pages at `/people`, people below it.
    static let small = ScriptedDirectory(
        settings: { $0["listsPeople"] = true }, elsewhere: { $0["issuer"] = "https://elsewhere.example" },
        places: ["https://op.example/people", "https://op.example/people/"],
        personPlace: { "https://op.example/people/\($0)" },
        question: { request in
            if let page = request.parameter("page").flatMap({ Int($0) }) { return .page(page) }
            return .person(request.url.lastPathComponent)
        },
        page: { entries, next in
            .json(["people": .array(entries.map { .object(written($0)) }), "more": .bool(next != nil)])
        },
        person: { .json(written($0)) },
        missing: { _ in .json(["error": "no such person"], status: .notFound) })

    private static func written(_ entry: Entry) -> Claims {
        [
            "id": .string(entry.person.subject), "email": .string(entry.person.email),
            "enabled": .bool(entry.isEnabled),
        ]
    }
}

extension OpenIDShape {
    static let small = OpenIDShape(issuer: "https://op.example", clientID: "c1").with {
        $0.routes = [
            .init("https://op.example/groups") { _, facts throws(TransportError) in
                .json(["groups": .array((facts?.person.groups ?? []).map { .string($0) })])
            }
        ]
    }
}

extension ProviderRule {
    static func named(_ id: String) throws -> ProviderRule {
        try unwrap(all.first { $0.id == id }, "there is no rule \(id)")
    }
}
