// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Broker
import BrokerEngine
import BrokerModel
import ConformanceKit
import Foundation
import JOSE

/// Provider kinds: S10, S11, S14 and S15.
enum KindChecks {
    /// S10: one browser for each connection, one connection at least for each kind.
    static let everyKind: @Sendable (AcceptanceWorld) async throws -> String = { _ in
        try await withVendors { world in
            let kinds = Set(world.people.map(\.kind))
            let wanted: Set<ProviderKind> = [
                "saml", "oidc", "google", "cognito", "keycloak", "azure-b2c", "entra", "okta", "oauth2", "email-code",
            ]
            try require(kinds == wanted, "the kinds are \(kinds.sorted())")
            for person in world.people { _ = try await signedIn(person, in: world) }
            return "\(kinds.count) kinds, \(world.people.count) connections"
        }
    }

    /// S11.
    static let twoProtocols: @Sendable (AcceptanceWorld) async throws -> String = { _ in
        try await withVendors { world in
            async let saml = signedIn(try world.person("saml"), in: world)
            async let oidc = signedIn(try world.person("oidc"), in: world)
            let claims = [try await saml, try await oidc]
            let shapes = claims.map { Set($0.keys).subtracting(["acr", "amr", "name", "groups_incomplete"]) }
            try require(shapes[0] == shapes[1], "\(shapes[0].sorted()) is not \(shapes[1].sorted())")
            try require(
                claims[0].string("idp") == "saml" && claims[1].string("idp") == "oidc", "the IdPs are mixed up")
            return "two browsers at once, the same claims"
        }
    }

    /// S15: GitHub has no ID token; the subject is its number and not the name that people change.
    static let oauthAlone: @Sendable (AcceptanceWorld) async throws -> String = { _ in
        try await withVendors { world in
            for name in ["github", "oauth2"] { _ = try await signedIn(try world.person(name), in: world) }
            let email = try world.person("github").email
            let record = try unwrap(try await world.broker.engine.customers.find(email), "no customer")
            let subject = try unwrap(record.links.first?.subject.subject, "no identity")
            try require(Int64(subject) != nil, "the subject is \(subject)")
            return "GitHub and an API of its own kind; the subject is the API's id"
        }
    }

    /// S14: a module that stands in this executable and in no room of the broker.
    static let furtherModule: @Sendable (AcceptanceWorld) async throws -> String = { _ in
        var options = TestBroker.Options()
        options.clientSecret = "the word of the day"
        options.further = [WordProvider.self]
        let broker = try await TestBroker.start(options)
        let client = Browser.makeClient()
        let result = await attempt { try await signInByWord(broker, Browser(client)) }
        try? await client.shutdown()
        await broker.stop()
        return try result.get()
    }

    private static func signInByWord(_ broker: TestBroker, _ browser: Browser) async throws -> String {
        let domain = try unwrap(EmailDomain("word.example"), "no domain")
        try await broker.apply(
            organizations: [Organization(id: "word", name: "Word", domains: [domain], support: "help@word.example")],
            connections: [
                Connection(
                    id: "word", organization: "word", kind: WordProvider.kind, name: "Say the word",
                    settings: ["word": "env:WORD"])
            ])
        let start = try await browser.open(
            "\(broker.origin)/vestibule/start?login_hint=alice@word.example&connection=word")
        let pages = try await browser.follow(start)
        let form = try unwrap(HTMLForm(pages[pages.count - 1]), "no form: \(pages[pages.count - 1].status)")
        _ = try await browser.submit(form, adding: [("word", "the word of the day")])
        let handle = browser.jar.value(World.cookies.handle, host: TestBroker.host)
        try require(handle != nil, "no session")
        return "a module of this executable signs a customer in"
    }

    // MARK: Logins

    private static func withVendors(_ body: (VendorLoginWorld) async throws -> String) async throws -> String {
        let world = try await VendorLoginWorld.start()
        let result = await attempt { try await body(world) }
        await world.stop()
        return try result.get()
    }

    private static func signedIn(
        _ person: VendorLoginWorld.Person, in world: VendorLoginWorld
    ) async throws -> JSONObject {
        let browser = world.browser()
        let trail = try await world.signIn(person.email, with: browser)
        let token = try unwrap(trail.token, "\(person.name) ended with \(trail.last.errorCode ?? "no session")")
        try require(try await world.gate(browser).status == 200, "\(person.name): the gate is closed")
        return try JSONObject.parse(try CompactJWS.parse(token).unverifiedPayload)
    }
}
