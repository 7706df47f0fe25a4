// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import JOSE
import MockIdentityProviders
import Testing

@Suite(.serialized) struct ShapeTests {
    @Test func `no two vendors answer for one host and path`() {
        let hosts = OPProfile.vendors.flatMap(\.publicHosts)
        #expect(Set(hosts).count == hosts.count)
        #expect(Set(OPProfile.vendors.map(\.emailDomain)).count == OPProfile.vendors.count)
        #expect(OPProfile.vendors.count == 16)
    }

    @Test func `a request for a host that nobody here answers for goes nowhere`() async throws {
        try await World.with("google") { world in
            let url = try #require(URL(string: "https://login.microsoftonline.com/common/v2.0/x"))
            let error = await #expect(throws: TransportError.self) {
                try await world.transport.send(OutboundRequest(url: url))
            }
            #expect(error?.code == .nameNotResolved)
            #expect(world.vendors.resolve("login.microsoftonline.com") == nil)
            #expect(world.vendors.resolve("Accounts.Google.com") == world.vendors.port)
        }
    }

    @Test func `a vendor's path is another vendor's nothing`() async throws {
        try await World.with("google") { world in
            let answer = try await get("https://www.googleapis.com/.well-known/openid-configuration", world)
            #expect(answer.status == .notFound)
        }
    }

    @Test func `Entra ID's shared documents have the literal tenant, its own have the id`() async throws {
        try await World.with("entra") { world in
            let host = "https://login.microsoftonline.com"
            for authority in ["common", "organizations"] {
                let shared = try await object("\(host)/\(authority)/v2.0/.well-known/openid-configuration", world)
                #expect(shared.string("issuer") == "\(host)/{tenantid}/v2.0")
            }
            let own = try await object("\(OPProfile.entra.issuer)/.well-known/openid-configuration", world)
            #expect(own.string("issuer") == OPProfile.entra.issuer)
        }
    }

    @Test func `each B2C policy has a document, and in one form they name one issuer`() async throws {
        try await World.with("azure-b2c") { world in
            let issuers = try await issuers(of: "acmeb2c", world)
            #expect(Set(issuers).count == 1)
        }
        try await World.with("azure-b2c-tfp") { world in
            let issuers = try await issuers(of: "acmetfp", world)
            #expect(Set(issuers).count == 2)
            #expect(issuers.allSatisfy { $0.contains("/tfp/") && $0.hasSuffix("/v2.0/") })
        }
    }

    private func issuers(of tenant: String, _ world: World) async throws -> [String] {
        var issuers: [String] = []
        for policy in ["B2C_1_signin", "B2C_1_password_reset"] {
            let base = "https://\(tenant).b2clogin.com/\(tenant).onmicrosoft.com/\(policy)"
            let document = try await object("\(base)/v2.0/.well-known/openid-configuration", world)
            issuers.append(document.string("issuer") ?? "")
        }
        return issuers
    }

    @Test(arguments: [
        ("google", "https://www.googleapis.com/oauth2/v3/certs", 2, #"^[0-9a-f]{40}$"#, true, false),
        (
            "cognito", "\(OPProfile.cognito.issuer)/.well-known/jwks.json", 2, #"^[+/]*[0-9A-Za-z+/]{40,43}=$"#, true,
            false
        ),
        (
            "keycloak", "\(OPProfile.keycloak.issuer)/protocol/openid-connect/certs", 2, #"^[0-9A-Za-z_-]{43}$"#, true,
            true
        ),
        (
            "entra", "https://login.microsoftonline.com/common/discovery/v2.0/keys", 2, #"^[0-9A-Za-z_-]{27}$"#, false,
            true
        ),
        ("adfs", "https://adfs.acme.example/adfs/discovery/keys", 2, #"^[0-9A-Za-z_-]{27}$"#, true, true),
    ])
    func `keys look as the vendor's do`(
        vendor: String, address: String, count: Int, pattern: String, namesAlgorithm: Bool, hasCertificate: Bool
    ) async throws {
        try await World.with(vendor) { world in
            let keys = try #require(try await object(address, world).array("keys")).compactMap(\.object)
            #expect(keys.count == count)
            let form = try Regex(pattern)
            for key in keys {
                #expect(key.string("kid")?.wholeMatch(of: form) != nil)
                #expect(key.contains("alg") == namesAlgorithm)
                #expect((key.strings("x5c")?.first.flatMap { Data(base64Encoded: $0) } != nil) == hasCertificate)
            }
        }
    }

    @Test func `GitHub says what is wrong with status 200, and in a form unless JSON is asked for`() async throws {
        try await World.with("github") { world in
            let url = try #require(URL(string: "https://github.com/login/oauth/access_token"))
            let secret = try #require(world.vendors.sampleSecrets["MOCK_GITHUB_SECRET"])
            let fields = [("client_id", "Iv1.0123456789abcdef"), ("client_secret", secret), ("code", "nothing")]
            let plain = try await world.browser.post(url, fields)
            #expect(plain.status == .ok)
            #expect(plain.text.hasPrefix("error=bad_verification_code&"))
            let json = try await world.browser.post(url, fields, headers: [.accept: "application/json"])
            #expect(try JSONObject.parse(json.body).string("error") == "bad_verification_code")
            let wrong = try await world.browser.post(url, [("client_id", "x")], headers: [.accept: "application/json"])
            #expect(try JSONObject.parse(wrong.body).string("error") == "incorrect_client_credentials")
        }
    }

    @Test func `the switches are reached over HTTP, with the secret alone`() async throws {
        try await World.with("google") { world in
            let url = try #require(URL(string: "https://accounts.google.com/__mock/fault"))
            let fields = [("tenant", "google"), ("fault", "hd-foreign"), ("user", "alice")]
            let closed = try await world.browser.post(url, fields)
            #expect(closed.status == .notFound)
            let control = try #require(HTTPField.Name("X-Mock-Control"))
            let open = try await world.browser.post(url, fields, headers: [control: "control"])
            #expect(open.status == .noContent)
            let refusal = try await world.refusal(fault: "")
            #expect(refusal == "not_admitted")
            let users = try #require(URL(string: "https://accounts.google.com/__mock/user"))
            let disabling = [("tenant", "google"), ("user", "bob"), ("state", "disabled")]
            let answer = try await world.browser.post(users, disabling, headers: [control: "control"])
            #expect(answer.status == .noContent)
            await #expect(throws: Browser.Problem.self) { try await world.login("bob") }
        }
    }

    private func get(_ address: String, _ world: World) async throws -> OutboundResponse {
        try await world.transport.send(OutboundRequest(url: try #require(URL(string: address))))
    }

    private func object(_ address: String, _ world: World) async throws -> JSONObject {
        try JSONObject.parse(try await get(address, world).body)
    }
}
