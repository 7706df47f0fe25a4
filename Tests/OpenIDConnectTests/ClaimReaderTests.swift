import Broker
import Foundation
import JOSE
import OpenIDConnect
import Testing

@Suite struct ClaimReaderTests {
    private func reader(_ idToken: JSONObject, _ userInfo: JSONObject? = nil) -> ClaimReader {
        ClaimReader(
            [ClaimSource(ClaimSet(idToken), from: .idToken)]
                + (userInfo.map { [ClaimSource(ClaimSet($0), from: .userInfo)] } ?? []))
    }

    @Test func `only JSON true is a verified address`() {
        for (value, verified) in [
            (JSONValue.bool(true), true), (false, false), ("true", false), ("false", false), (1, false), (nil, false),
        ] {
            let reader = reader(["email": "a@acme.example", "email_verified": value])
            #expect(reader.isEmailVerified() == verified)
        }
        #expect(!reader(["email": "a@acme.example"]).isEmailVerified())
        #expect(!reader(["email_verified": true]).isEmailVerified())
    }

    @Test func `the text true counts only where it is asked for`() {
        let reader = reader(["email": "a@acme.example", "email_verified": "true"])
        #expect(reader.isEmailVerified(.jsonTrueOrString))
        #expect(!self.reader(["email": "a@acme.example", "email_verified": "1"]).isEmailVerified(.jsonTrueOrString))
    }

    @Test func `a statement counts for its own address only`() {
        let own: JSONObject = ["email": "a@acme.example"]
        #expect(reader(own, ["email": "a@acme.example", "email_verified": true]).isEmailVerified())
        #expect(!reader(own, ["email": "b@acme.example", "email_verified": true]).isEmailVerified())
        #expect(!reader(own, ["email_verified": true]).isEmailVerified())
        let no: JSONObject = ["email": "a@acme.example", "email_verified": false]
        #expect(!reader(no, ["email": "a@acme.example", "email_verified": true]).isEmailVerified())
    }

    @Test(arguments: [JSONValue.array(["a@acme.example"]), ["a@acme.example", "b@acme.example"], 7, "no", "", nil])
    func `an address is one well-formed string`(_ value: JSONValue) {
        let error = refusal { () throws(LoginError) in try reader(["email": value]).emailAddress() }
        #expect(error?.code == .emailMalformed)
    }

    @Test func `an absent address is nil, and the first source speaks`() throws {
        #expect(try reader([:]).emailAddress() == nil)
        let address = try reader(["email": "a@acme.example"], ["email": "b@acme.example"]).emailAddress()
        #expect(address?.description == "a@acme.example")
        #expect(try reader([:], ["email": "b@acme.example"]).emailAddress()?.description == "b@acme.example")
    }

    @Test func `groups are complete, in overage, failed, or not told`() {
        #expect(reader(["groups": ["b", "a", "b"]]).groups() == GroupSet(["a", "b"], completeness: .complete))
        #expect(reader(["groups": "a"]).groups() == GroupSet(["a"], completeness: .complete))
        #expect(reader(["groups": []]).groups() == GroupSet([], completeness: .complete))
        #expect(reader(["groups": [1]]).groups().completeness == .failed)
        #expect(reader([:]).groups() == .unsupported)
        #expect(reader(["_claim_names": ["groups": "src1"]]).groups().completeness == .overage)
    }

    @Test func `claims keep their words and their source, without what is about the message`() {
        let claims = reader(
            [
                "iss": "i", "nonce": "n", "at_hash": "h", "n": 1.5, "list": ["a", 1, true], "none": nil,
                "o": ["k": "v"],
            ],
            ["sub": "u1"]
        ).claims()
        #expect(
            claims == [
                Claim("n", values: ["1.5"], from: .idToken), Claim("list", values: ["a", "1", "true"], from: .idToken),
                Claim("none", values: [], from: .idToken), Claim("o", values: [#"{"k":"v"}"#], from: .idToken),
                Claim("sub", values: ["u1"], from: .userInfo),
            ])
    }

    @Test func `reads how and when the person signed in`() {
        let context = reader(["acr": "mfa", "amr": ["pwd", "otp"], "auth_time": 100]).authentication()
        #expect(context == AuthenticationContext(acr: "mfa", amr: ["pwd", "otp"], authTime: Timestamp(seconds: 100)))
    }

    @Test func `a one-time identifier is the token's id, or its hash`() throws {
        let world = try World()
        let verifier = IDTokenVerifier()
        let named = try world.token { $0["jti"] = "j-1" }
        let plain = try world.token()
        let skew = Duration.seconds(60)
        let until = Timestamp(seconds: world.clock.now.seconds + 360)
        let first = try verifier.verify(named, keys: world.keys, expecting: world.expectations)
        #expect(
            first.oneTimeIdentifier(of: Secret(named), skew: skew)
                == OneTimeIdentifier("id_token.jti:j-1", until: until))
        let second = try verifier.verify(plain, keys: world.keys, expecting: world.expectations)
        let hash = Digests.sha256Hex(plain)
        #expect(
            second.oneTimeIdentifier(of: Secret(plain), skew: skew)
                == OneTimeIdentifier("id_token.sha256:\(hash)", until: until))
    }
}
