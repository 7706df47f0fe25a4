import Broker
import BrokerEngine
import SAML
import Testing

@testable import SAMLFacade

struct SignOnCheckTests {
    private static let now = Timestamp(seconds: 1_780_000_000)
    private static let expected = SignOnExpectations(
        entityID: Portal.entityID, acsURL: Portal.acs, now: now, skew: .seconds(180))

    struct Case: Sendable, CustomTestStringConvertible {
        let check: String
        let code: FacadeError.Code?
        let change: @Sendable (inout AuthnRequest) -> Void

        var testDescription: String { "\(check) \(code?.rawValue ?? "passes")" }

        init(_ check: String, _ code: FacadeError.Code?, _ change: @escaping @Sendable (inout AuthnRequest) -> Void) {
            (self.check, self.code, self.change) = (check, code, change)
        }
    }

    private static let cases: [Case] = [
        Case("issuer", .clientUnknown) { $0.issuer = "https://jira.example/other" },
        Case("issuer", .clientUnknown) { $0.issuer = Portal.entityID + "/" },
        Case("issuer", .clientUnknown) { $0.issuer = Portal.entityID.uppercased() },
        Case("acs", nil) { $0.acsURL = nil },
        Case("acs", .redirectURIMismatch) { $0.acsURL = "https://evil.example/acs" },
        Case("acs", .redirectURIMismatch) { $0.acsURL = Portal.acs + "&x=1" },
        Case("acs", .redirectURIMismatch) { $0.acsURL = Portal.acs.replacing("https://jira", with: "https://JIRA") },
        Case("acs", .redirectURIMismatch) { $0.acsURL = "" },
        Case("issuedInFuture", nil) { $0.issueInstant = now + .seconds(180) },
        Case("issuedInFuture", .messageRefused) { $0.issueInstant = now + .seconds(181) },
        Case("age", nil) { $0.issueInstant = now - .seconds(779) },
        Case("age", .messageRefused) { $0.issueInstant = now - .seconds(780) },
        Case("size", nil) { $0.id = "_" + String(repeating: "x", count: 255) },
        Case("size", .messageRefused) { $0.id = "_" + String(repeating: "x", count: 256) },
        Case("size", nil) { $0.contextClasses = Array(repeating: "urn:c", count: 16) },
        Case("size", .messageRefused) { $0.contextClasses = Array(repeating: "urn:c", count: 17) },
        Case("size", .messageRefused) { $0.contextClasses = [String(repeating: "c", count: 257)] },
    ]

    private static func request(_ change: (inout AuthnRequest) -> Void) throws -> AuthnRequest {
        try Portal().request(at: now, change)
    }

    private static func refusal(_ checks: [SignOnCheck], _ request: AuthnRequest) -> FacadeError.Code? {
        do throws(FacadeError) {
            for check in checks { try check.run(request, expected) }
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: cases)
    func `a check, and no other, refuses`(found: Case) throws {
        let request = try Self.request(found.change)
        #expect(Self.refusal(SignOnCheck.all, request) == found.code)
        #expect(Self.refusal(SignOnCheck.all.filter { $0.name == found.check }, request) == found.code)
        #expect(Self.refusal(SignOnCheck.all.filter { $0.name != found.check }, request) == nil)
    }

    @Test func `every check has a case that it refuses`() {
        let refusing = Set(Self.cases.filter { $0.code != nil }.map(\.check))
        #expect(refusing == Set(SignOnCheck.all.map(\.name)))
        #expect(SignOnCheck.all.allSatisfy { !$0.clause.isEmpty })
    }
}
