import Foundation
import JOSE
import Testing

/// The cases about format, algorithm and key (M30 to M33) among the ID-token cases; the claims are the relying party's.
@Suite(Vectors.present)
struct IDTokenFormatTests {
    @Test func `comes to the verdict on every case of M30 to M33`() throws {
        let file = try Vectors.load("own-dev/id-token-cases.json")
        let config = try #require(file.object("config"))
        let keys = try JWKSet.parse(try #require(config.object("jwks")).serialized())
        let verifier = JWSVerifier(keys: keys, algorithms: [.rs256, .es256])
        var tally = Tally()
        for example in try #require(file.array("cases")).compactMap(\.object) {
            guard let rule = example.string("rule"), ["M30", "M31", "M32", "M33"].contains(rule) else { continue }
            let id = try #require(example.string("id"))
            let token = try #require(example.string("token"))
            let types = AllowedTypes(["JWT"], absent: true)
            let refusal = code { try JWT.verify(token, with: verifier, types: types) }
            #expect((refusal == nil) == (example.string("verdict") == "accept"), "\(id)")
            tally.add(refusal == nil ? "accepted" : "refused")
        }
        tally.report("own-dev/id-token-cases M30-M33")
        #expect(tally.count("accepted") >= 4)
        #expect(tally.count("refused") >= 20)
    }
}
