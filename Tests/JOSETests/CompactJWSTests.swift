import Foundation
import JOSE
import Testing

/// M30, M31, M32: what the parser refuses before any key is looked at.
struct CompactJWSTests {
    private let key: SigningKey

    init() throws { key = try SigningKey.generate(.es256, kid: "k1") }

    private func refusal(ofHeader header: String) throws -> JOSEError.Code? {
        let token = try token(header: header, key: key)
        return code { try CompactJWS.parse(token) }
    }

    @Test func `reads a well-formed token`() throws {
        let jws = try CompactJWS.parse(token(header: #"{"alg":"ES256","kid":"k1","typ":"JWT","x5t":"a"}"#, key: key))
        #expect(jws.header.algorithm == .es256)
        #expect(jws.header.kid == "k1")
        #expect(jws.header.typ == "JWT")
        #expect(jws.unverifiedPayload == bytes(#"{"sub":"a"}"#))
    }

    @Test(arguments: [
        "", "a", "a.b", "a.b.c.d", "a.b.c.d.e", ".b.c", "..", "...", #"{"payload":"a","signatures":[]}"#,
    ])
    func `refuses anything but three parts`(text: String) {
        #expect(code { try CompactJWS.parse(text) } == .tokenNotCompact)
    }

    @Test func `refuses an empty signature`() throws {
        let unsigned = Base64URL.encode(bytes(#"{"alg":"ES256"}"#)) + ".e30."
        #expect(code { try CompactJWS.parse(unsigned) } == .signatureEmpty)
    }

    @Test func `refuses padding, foreign characters and loose bits in each part`() throws {
        let parts = try token(header: #"{"alg":"ES256"}"#, key: key).split(separator: ".").map(String.init)
        for position in 0..<3 {
            for defect in ["=", "==", " ", "\n", "é", "?", "+"] {
                var changed = parts
                changed[position] += defect
                #expect(code { try CompactJWS.parse(changed.joined(separator: ".")) } == .base64URLInvalid)
            }
        }
        // 64 octets leave four loose bits in the last character.
        let last = try #require(parts[2].last)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let index = try #require(alphabet.firstIndex(of: last))
        let malleable = parts[0] + "." + parts[1] + "." + parts[2].dropLast() + String(alphabet[index + 1])
        #expect(code { try CompactJWS.parse(malleable) } == .base64URLInvalid)
    }

    @Test func `refuses a token above the bound`() throws {
        let token = try token(header: #"{"alg":"ES256"}"#, key: key)
        #expect(throws: Never.self) { try CompactJWS.parse(token, maximumBytes: token.utf8.count) }
        #expect(code { try CompactJWS.parse(token, maximumBytes: token.utf8.count - 1) } == .tokenTooLarge)
        #expect(code { try CompactJWS.parse(String(repeating: "a", count: 20_000)) } == .tokenTooLarge)
    }

    @Test(arguments: [#"["alg","ES256"]"#, "null", "", "{", #"{"alg":"ES256"}x"#, #"{"alg":"ES256","typ":1}"#])
    func `refuses a header that is no JSON object or has a typ that is no string`(header: String) throws {
        let refusal = try refusal(ofHeader: header)
        #expect(refusal == (header.isEmpty ? .tokenNotCompact : .headerInvalid))
    }

    @Test func `refuses duplicate names in the header`() throws {
        #expect(try refusal(ofHeader: #"{"alg":"ES256","alg":"none"}"#) == .jsonDuplicateKey)
    }

    @Test(arguments: [#"["exp"]"#, "[]", #"["b64"]"#, "null", #""x""#])
    func `refuses any crit`(crit: String) throws {
        #expect(try refusal(ofHeader: #"{"alg":"ES256","crit":\#(crit),"exp":1}"#) == .critUnsupported)
    }

    @Test(arguments: ["false", "true"])
    func `refuses b64`(value: String) throws {
        #expect(try refusal(ofHeader: #"{"alg":"ES256","b64":\#(value)}"#) == .b64Unsupported)
    }

    @Test(arguments: ["jwk", "jku", "x5u", "x5c"])
    func `refuses a key or an address of one in the header`(name: String) throws {
        #expect(try refusal(ofHeader: #"{"alg":"ES256","kid":"k1","\#(name)":"x"}"#) == .headerKeyForbidden)
        #expect(try refusal(ofHeader: #"{"alg":"ES256","kid":"k1","\#(name)":null}"#) == .headerKeyForbidden)
    }

    @Test func `refuses a missing alg`() throws {
        #expect(try refusal(ofHeader: #"{"typ":"JWT"}"#) == .algMissing)
    }

    @Test(arguments: [
        "none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "es256", "ES256K", "RSA1_5", "", "ES256 ",
    ])
    func `refuses none, HMAC and unknown algorithms`(name: String) throws {
        #expect(try refusal(ofHeader: #"{"alg":"\#(name)"}"#) == .algUnsupported)
    }

    @Test(arguments: ["1", "null", #"["ES256"]"#])
    func `refuses an alg that is no string`(value: String) throws {
        #expect(try refusal(ofHeader: #"{"alg":\#(value)}"#) == .algUnsupported)
    }

    @Test func `refuses a kid that is no string or too long`() throws {
        let longest = String(repeating: "k", count: 256)
        #expect(try refusal(ofHeader: #"{"alg":"ES256","kid":"\#(longest)"}"#) == nil)
        #expect(try refusal(ofHeader: #"{"alg":"ES256","kid":"\#(longest)k"}"#) == .kidInvalid)
        #expect(try refusal(ofHeader: #"{"alg":"ES256","kid":1}"#) == .kidInvalid)
        #expect(try refusal(ofHeader: #"{"alg":"ES256","kid":null}"#) == .kidInvalid)
    }
}
