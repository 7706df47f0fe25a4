import Broker
import Foundation
import JOSE
import OpenIDConnect
import Testing

/// The shared token vectors, run through the production path.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["VESTIBULE_VECTORS"] != nil,
        "VESTIBULE_VECTORS names no folder with own-dev/id-token-cases.json"))
struct VectorTests {
    private func load(_ name: String) throws -> JSONObject {
        let folder = ProcessInfo.processInfo.environment["VESTIBULE_VECTORS"] ?? ""
        return try JSONObject.parse(try Data(contentsOf: URL(filePath: folder).appending(path: "own-dev/\(name)")))
    }

    private func expectations(_ config: JSONObject) throws -> TokenExpectations {
        TokenExpectations(
            issuer: try unwrap(config.string("issuer")), clientID: try unwrap(config.string("client_id")),
            nonce: config.string("nonce"), now: Timestamp(seconds: try unwrap(config.int64("now"))),
            accessToken: config.string("access_token").map { Secret($0) },
            code: config.string("code").map { Secret($0) })
    }

    @Test func `ID tokens have the verdicts that the vectors name`() throws {
        let document = try load("id-token-cases.json")
        let config = try unwrap(document.object("config"))
        let keys = try JWKSet.parse(try unwrap(config.object("jwks")).serialized())
        let expected = try expectations(config)
        for entry in try unwrap(document.array("cases")).compactMap(\.object) {
            let id = try unwrap(entry.string("id"))
            let token = try unwrap(entry.string("token"))
            switch (try unwrap(entry.string("verdict")), id) {
            case ("accept", _): _ = try IDTokenVerifier().verify(token, keys: keys, expecting: expected)
            case ("refuse", "email-other-domain"):
                // The engine's domain ownership refuses it; here it must be a token with a sound address.
                let idToken = try IDTokenVerifier().verify(token, keys: keys, expecting: expected)
                #expect(try reader(idToken).emailAddress()?.domain.ascii == "globex.example")
            case ("refuse", _):
                let error = refusal { () throws(LoginError) in
                    try IDTokenVerifier().verify(token, keys: keys, expecting: expected)
                }
                #expect(error != nil, "\(id)")
            case ("refuse-when-userinfo-sub-is-u2", _):
                let idToken = try IDTokenVerifier().verify(token, keys: keys, expecting: expected)
                let error = refusal { () throws(LoginError) in
                    try UserInfo.process(.json(#"{"sub":"u2"}"#), subject: idToken.subject)
                }
                #expect(error?.code == .subjectInvalid, "\(id)")
            case ("refuse-for-routing", _):
                let idToken = try IDTokenVerifier().verify(token, keys: keys, expecting: expected)
                #expect(!reader(idToken).isEmailVerified(), "\(id)")
            case ("refuse-if-hd-required", _): continue
            case (let verdict, _): Issue.record("unknown verdict \(verdict) of \(id)")
            }
        }
    }

    private func reader(_ token: IDToken) -> ClaimReader {
        ClaimReader([ClaimSource(token.claims, from: .idToken)])
    }

    @Test func `logout tokens have the verdicts that the vectors name`() throws {
        let document = try load("logout-token-cases.json")
        let config = try unwrap(document.object("config"))
        let keys = try JWKSet.parse(try unwrap(config.object("jwks")).serialized())
        let expected = try expectations(config)
        for entry in try unwrap(document.array("cases")).compactMap(\.object) {
            let id = try unwrap(entry.string("id"))
            let token = try unwrap(entry.string("token"))
            let error = refusal { () throws(LoginError) in
                try LogoutTokenVerifier().verify(token, keys: keys, expecting: expected)
            }
            let isGood = ["accept", "refuse-second"].contains(try unwrap(entry.string("verdict")))
            #expect((error == nil) == isGood, "\(id)")
        }
    }
}
