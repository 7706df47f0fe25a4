import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import Testing

@testable import CognitoProvider

/// AWS's published examples of Signature Version 4, and one request as this module sends it, signed by AWS's own SDK.
@Suite struct SignatureTests {
    private static let time = Timestamp(seconds: 1_440_938_160)
    private static let secret = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")

    private func authorization(
        _ method: HTTPRequest.Method, _ url: String, _ fields: HTTPFields = [:], body: String? = nil,
        region: String = "us-east-1", service: String = "service", token: String? = nil
    ) throws -> String? {
        let signature = AWSSignature(
            credentials: .init(
                accessKeyID: "AKIDEXAMPLE", secretAccessKey: Self.secret, sessionToken: token.map { Secret($0) }),
            region: region, service: service)
        let request = OutboundRequest(
            method: method, url: try unwrap(URL(string: url)), headerFields: fields, body: body.map { Data($0.utf8) })
        return signature.signed(request, at: Self.time).headerFields[.authorization]
    }

    private func expected(_ scope: String, _ names: String, _ signature: String) -> String {
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/\(scope)/aws4_request, SignedHeaders=\(names), "
            + "Signature=\(signature)"
    }

    @Test func `get-vanilla and post-vanilla of AWS's test suite`() throws {
        #expect(
            try authorization(.get, "https://example.amazonaws.com/")
                == expected(
                    "us-east-1/service", "host;x-amz-date",
                    "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"))
        #expect(
            try authorization(.post, "https://example.amazonaws.com/")
                == expected(
                    "us-east-1/service", "host;x-amz-date",
                    "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"))
    }

    @Test func `post-x-www-form-urlencoded of AWS's test suite: a body and a field`() throws {
        #expect(
            try authorization(
                .post, "https://example.amazonaws.com/", [.contentType: "application/x-www-form-urlencoded"],
                body: "Param1=value1")
                == expected(
                    "us-east-1/service", "content-type;host;x-amz-date",
                    "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"))
    }

    @Test func `the documentation's example of IAM: a query, in whatever order`() throws {
        let signature = expected(
            "us-east-1/iam", "content-type;host;x-amz-date",
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
        for query in ["Action=ListUsers&Version=2010-05-08", "Version=2010-05-08&Action=ListUsers"] {
            #expect(
                try authorization(
                    .get, "https://iam.amazonaws.com/?\(query)",
                    [.contentType: "application/x-www-form-urlencoded;  charset=utf-8 ".replacing("  ", with: " ")],
                    service: "iam") == signature)
        }
    }

    @Test func `the documentation's example of a signing key`() {
        let signature = AWSSignature(
            credentials: .init(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Self.secret, sessionToken: nil),
            region: "us-east-1", service: "iam")
        #expect(
            signature.key(for: "20150830").map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
    }

    @Test func `a session token is signed too, and a port that is not the standard one`() throws {
        #expect(
            try authorization(
                .post, "http://127.0.0.1:5000/",
                [
                    .contentType: "application/x-amz-json-1.1",
                    .amzTarget: "AWSCognitoIdentityProviderService.ListUsers",
                ], body: #"{"Limit":60,"UserPoolId":"eu-central-1_AbCdEfGhI"}"#, region: "eu-central-1",
                service: "cognito-idp", token: "SESSION")
                == expected(
                    "eu-central-1/cognito-idp",
                    "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
                    "c9d76fce42c644cd90411f56d79c8dd33da714799326292970da7314e4bbcbc3"))
    }

    @Test func `another body, field, time or secret is another signature, and no secret is told`() throws {
        let url = "https://example.amazonaws.com/"
        let first = try authorization(.post, url, [.contentType: "a/b"], body: "1")
        #expect(try authorization(.post, url, [.contentType: "a/b"], body: "2") != first)
        #expect(try authorization(.post, url, [.contentType: "a/c"], body: "1") != first)
        #expect(try authorization(.put, url, [.contentType: "a/b"], body: "1") != first)
        #expect(first?.contains("wJalrXUtnFEMI") == false)
    }
}
