import Broker
import Foundation
import JOSE
import OpenIDConnect
import Testing

@Suite struct TenantIssuersTests {
    static let template = "https://login.example/{tenantid}/v2.0"
    static let tenant = "aaaaaaaa-0000-4000-8000-000000000001"
    static let issuer = "https://login.example/\(tenant)/v2.0"

    let world: World
    init() throws { world = try World() }

    private func verify(_ change: (inout JSONObject) -> Void) throws(LoginError) -> String {
        let token: String
        var expected = world.expectations
        do {
            expected.issuer = Self.template
            expected.tenantIssuers = try unwrap(TenantIssuers(template: Self.template, tenants: [Self.tenant]))
            token = try world.token {
                $0["iss"] = .string(Self.issuer)
                $0["tid"] = .string(Self.tenant)
                change(&$0)
            }
        } catch {
            throw LoginError(.providerMisbehaved, detail: "the test is broken")
        }
        return try IDTokenVerifier().verify(token, keys: JWKSet(keys: [world.key.publicKey]), expecting: expected)
            .issuer
    }

    private func refused(_ change: (inout JSONObject) -> Void) -> LoginError.Code? {
        do throws(LoginError) {
            _ = try verify(change)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a listed tenant's token has that tenant's issuer`() throws {
        #expect(try verify { _ in } == Self.issuer)
    }

    @Test func `the tenant is listed before anything is compared, and the template is nobody's issuer`() {
        #expect(
            refused {
                $0["iss"] = "https://login.example/evil/v2.0"
                $0["tid"] = "evil"
            } == .notAdmitted)
        #expect(
            refused {
                $0["iss"] = .string(Self.template)
                $0["tid"] = .string(TenantIssuers.placeholder)
            } == .notAdmitted)
        #expect(refused { $0["iss"] = .string(Self.template) } == .issuerMismatch)
        #expect(refused { $0["tid"] = nil } == .issuerMismatch)
        #expect(refused { $0["iss"] = .string(Self.issuer + "/") } == .issuerMismatch)
    }

    @Test(arguments: [
        ("https://login.example/v2.0", [tenant]), ("https://login.example/{tenantid}/{tenantid}", [tenant]),
        (template, []), (template, ["common"]), (template, [tenant.uppercased()]), (template, [tenant, "{tenantid}"]),
    ])
    func `no list is made of what names no tenant`(template: String, tenants: [String]) {
        #expect(TenantIssuers(template: template, tenants: tenants) == nil)
    }

    // MARK: RFC 9207

    private func response(iss: String, _ tenants: TenantIssuers) throws -> LoginError.Code? {
        let callback = try LoginCallback(method: .get, rawQuery: Data("code=c&state=s&iss=\(iss)".utf8))
        do throws(LoginError) {
            _ = try AuthorizationResponse.process(
                callback,
                expecting: .init(
                    state: "s", issuer: Self.template, requiresIssuer: true, responseMode: .query, tenants: tenants))
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a response names the issuer of a listed tenant, and its token is of that tenant`() throws {
        let other = Self.tenant.replacingOccurrences(of: "aaaaaaaa", with: "bbbbbbbb")
        let tenants = try unwrap(TenantIssuers(template: Self.template, tenants: [Self.tenant, other]))
        #expect(try response(iss: Self.issuer, tenants) == nil)
        #expect(try response(iss: "https://login.example/evil/v2.0", tenants) == .issuerMismatch)
        #expect(try response(iss: Self.template, tenants) == .issuerMismatch)
        #expect(try response(iss: Self.issuer + "/", tenants) == .issuerMismatch)
        let one = try unwrap(tenants.limited(to: Self.issuer))
        #expect(one.issuer(of: Self.tenant) == Self.issuer && one.issuer(of: other) == nil)
        #expect(tenants.limited(to: "https://evil.example") == nil)
    }
}
