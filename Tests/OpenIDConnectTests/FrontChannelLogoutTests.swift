import Broker
import Foundation
import OpenIDConnect
import Testing

@Suite struct FrontChannelLogoutTests {
    static let issuer = "https://op.example/t1"
    static let tenant = "aaaaaaaa-0000-4000-8000-000000000001"
    static let template = "https://login.example/{tenantid}/v2.0"

    private func read(
        _ query: String, method: LoginCallback.Method = .get, endpoint: CallbackEndpoint = .logout,
        tenants: TenantIssuers? = nil
    ) throws -> FrontChannelLogout {
        let octets = Data(query.utf8)
        let callback = try LoginCallback(
            method: method, endpoint: endpoint, rawQuery: method == .get ? octets : Data(),
            rawBody: method == .post ? octets : Data())
        return try FrontChannelLogout.process(
            callback, issuer: tenants == nil ? Self.issuer : Self.template, tenants: tenants)
    }

    private func code(_ body: () throws -> FrontChannelLogout) -> LoginError.Code? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? LoginError)?.code
        }
    }

    @Test func `reads the issuer and the session, whatever else stands there`() throws {
        let message = try read("iss=https%3A%2F%2Fop.example%2Ft1&sid=08a5&x=1")
        #expect(message == (try read("sid=08a5&iss=https://op.example/t1")))
        #expect(message.issuer == Self.issuer && message.sessionID == "08a5")
    }

    static let refused: [(String, LoginError.Code)] = [
        ("", .issuerMismatch), ("sid=08a5", .issuerMismatch),
        ("iss=https://op.example/t1/&sid=08a5", .issuerMismatch),
        ("iss=https://OP.example/t1&sid=08a5", .issuerMismatch),
        ("iss=https://evil.example&sid=08a5", .issuerMismatch), ("iss=&sid=08a5", .issuerMismatch),
        ("iss=https://op.example/t1", .subjectInvalid), ("iss=https://op.example/t1&sid=", .subjectInvalid),
        ("iss=https://op.example/t1&sid=%00", .subjectInvalid),
        ("iss=https://op.example/t1&sid=\(String(repeating: "s", count: 256))", .subjectInvalid),
        ("iss=https://op.example/t1&sid=a&sid=b", .malformedRequest),
        ("iss=https://op.example/t1&iss=https://op.example/t1&sid=a", .malformedRequest),
    ]

    @Test(arguments: refused)
    func `refuses what does not name one session of this issuer`(query: String, expected: LoginError.Code) {
        #expect(code { try read(query) } == expected)
    }

    @Test func `refuses another method and another endpoint`() {
        #expect(code { try read("iss=https://op.example/t1&sid=a", method: .post) } == .malformedRequest)
        #expect(code { try read("iss=https://op.example/t1&sid=a", endpoint: .login) } == .malformedRequest)
    }

    @Test func `with several tenants the issuer is one of theirs, and the template is nobody's`() throws {
        let tenants = try #require(TenantIssuers(template: Self.template, tenants: [Self.tenant]))
        let issuer = "https://login.example/\(Self.tenant)/v2.0"
        #expect(try read("iss=\(issuer)&sid=a", tenants: tenants).issuer == issuer)
        let foreign = issuer.replacingOccurrences(of: "aaaaaaaa", with: "bbbbbbbb")
        #expect(code { try read("iss=\(foreign)&sid=a", tenants: tenants) } == .issuerMismatch)
        #expect(code { try read("iss=\(Self.template)&sid=a", tenants: tenants) } == .issuerMismatch)
    }
}
