import Foundation
import JOSE
import Testing

struct JWTTests {
    private let key: SigningKey
    private let verifier: JWSVerifier

    init() throws {
        key = try SigningKey.generate(.es256, kid: "k")
        verifier = JWSVerifier(keys: [key.publicKey], algorithms: [.es256])
    }

    @Test func `issues a header of alg, kid and typ, and claims in the order given`() throws {
        let token = try key.issue(claims: ["iss": "https://a.example", "exp": 1, "aud": ["x"]])
        let parts = token.split(separator: ".").map(String.init)
        #expect(try Base64URL.decode(parts[0]) == bytes(#"{"alg":"ES256","kid":"k","typ":"JWT"}"#))
        #expect(try Base64URL.decode(parts[1]) == bytes(#"{"iss":"https://a.example","exp":1,"aud":["x"]}"#))
        let jwt = try JWT.verify(token, with: verifier, types: AllowedTypes(["JWT"]))
        #expect(jwt.claims.strings("aud") == ["x"])
    }

    @Test(arguments: ["[]", #""x""#, "null", "1"])
    func `refuses a payload that is no object`(payload: String) throws {
        let token = try key.issue(header: ["alg": "ES256", "kid": "k"], payload: bytes(payload))
        #expect(code { try JWT.verify(token, with: verifier, types: .any) } == .claimsNotObject)
    }

    @Test(arguments: [
        (#"{"sub":"a","sub":"b"}"#, JOSEError.Code.jsonDuplicateKey), ("", .jsonInvalid), ("{}{}", .jsonInvalid),
        ("\u{feff}{}", .jsonInvalid),
    ])
    func `refuses claims that two parsers could read differently`(payload: String, expected: JOSEError.Code) throws {
        let token = try key.issue(header: ["alg": "ES256", "kid": "k"], payload: bytes(payload))
        #expect(code { try JWT.verify(token, with: verifier, types: .any) } == expected)
    }

    @Test(arguments: ["JWT", "jwt", "application/jwt", "Application/JWT"])
    func `takes a type without case and with its prefix`(typ: String) throws {
        let token = try key.issue(claims: [:], typ: typ)
        #expect(throws: Never.self) { try JWT.verify(token, with: verifier, types: AllowedTypes(["JWT"])) }
    }

    @Test(arguments: ["at+jwt", "logout+jwt", "", "application/at+jwt", "application/x/jwt", "JWT "])
    func `refuses a token of another type`(typ: String) throws {
        let token = try key.issue(claims: [:], typ: typ)
        let refusal = code { try JWT.verify(token, with: verifier, types: AllowedTypes(["JWT"], absent: true)) }
        #expect(refusal == .typNotAllowed)
    }

    @Test func `takes a token without type only where that is allowed`() throws {
        let token = try key.issue(claims: [:], typ: nil)
        #expect(throws: Never.self) {
            try JWT.verify(token, with: verifier, types: AllowedTypes(["JWT"], absent: true))
        }
        let refusal = code { try JWT.verify(token, with: verifier, types: AllowedTypes(["JWT"])) }
        #expect(refusal == .typNotAllowed)
    }

    @Test func `checks the signature before it reads the claims`() throws {
        let stranger = try SigningKey.generate(.es256, kid: "k")
        let token = try stranger.issue(header: ["alg": "ES256", "kid": "k"], payload: bytes("[]"))
        #expect(code { try JWT.verify(token, with: verifier, types: .any) } == .signatureInvalid)
    }

    @Test func `says the code of an error and nothing else`() {
        for code in JOSEError.Code.allCases {
            let text = String(describing: JOSEError(code))
            #expect(text == code.rawValue)
            #expect(text.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" })
        }
    }
}
