import Broker
import BrokerModel
import Foundation
import SAML
import Testing

@testable import SAMLFacade

struct SignOnVerdictTests {
    private static let now = Timestamp(seconds: 1_780_000_000)
    private static let mfa = "https://refeds.org/profile/mfa"

    private func request(_ change: (inout AuthnRequest) -> Void = { _ in }) throws -> SignOnRequest {
        let message = try Portal().request(at: Self.now, change).message(relayState: nil)
        let arrival = try Portal.arrival(message)
        let read = try AuthnRequestReader(endpoint: "\(Installation.root)/sso").readWithoutVerifying(
            InboundMessage(arrival))
        return SignOnRequest(read)
    }

    private func verdict(_ request: SignOnRequest, _ session: Session?, keptAt: Timestamp?) -> SignOnVerdict {
        SignOnVerdict(request, session: session, keptAt: keptAt, skew: .seconds(180))
    }

    private func session(
        _ age: Duration = .seconds(60), acr: String? = nil, authTime: Timestamp? = nil
    ) -> Session {
        Session(
            id: "s", customer: "c", subject: SubjectKey(connection: "i", issuer: "i", subject: "s"),
            organization: "acme", site: "portal", createdAt: Self.now - age, lastSeenAt: Self.now,
            idleDeadline: Self.now + .seconds(60), absoluteDeadline: Self.now + .seconds(60),
            authentication: AuthenticationContext(acr: acr, authTime: authTime))
    }

    private let none = AuthenticationRequirements.none
    private let fresh = AuthenticationRequirements(isFresh: true)
    private let strong = AuthenticationRequirements(acrValues: [mfa])

    @Test func `a session answers, and without one somebody signs in`() throws {
        let request = try request()
        #expect(verdict(request, session(), keptAt: nil) == .answer)
        #expect(verdict(request, session(), keptAt: Self.now) == .answer)
        #expect(verdict(request, nil, keptAt: nil) == .signIn(none))
        #expect(verdict(request, nil, keptAt: Self.now) == .signIn(none))
    }

    @Test func `SAML2Int IDP07: with ForceAuthn only a session counts that was opened for the request`() throws {
        let request = try request { $0.forceAuthn = true }
        #expect(verdict(request, session(), keptAt: nil) == .signIn(fresh))
        #expect(verdict(request, session(), keptAt: Self.now - .seconds(59)) == .signIn(fresh))
        #expect(verdict(request, session(), keptAt: Self.now - .seconds(60)) == .answer)
        #expect(verdict(request, nil, keptAt: Self.now) == .signIn(fresh))
    }

    @Test func `SAML2Int IDP07: a new session on top of an old sign-in at the IdP is not fresh`() throws {
        let request = try request { $0.forceAuthn = true }
        let kept = Self.now - .seconds(60)
        let onTheEdge = session(authTime: kept - .seconds(180))
        #expect(verdict(request, onTheEdge, keptAt: kept) == .answer)
        let old = session(authTime: kept - .seconds(181))
        #expect(verdict(request, old, keptAt: kept) == .signIn(fresh))
        #expect(verdict(try self.request(), old, keptAt: kept) == .answer)
    }

    @Test func `IsPassive never asks anybody`() throws {
        let passive = try request { $0.isPassive = true }
        #expect(verdict(passive, session(), keptAt: nil) == .answer)
        #expect(verdict(passive, nil, keptAt: nil) == .refuse(.noPassive))
        #expect(verdict(passive, nil, keptAt: Self.now) == .refuse(.noPassive))
        let forced = try request { ($0.isPassive, $0.forceAuthn) = (true, true) }
        #expect(verdict(forced, session(), keptAt: nil) == .refuse(.noPassive))
        let strong = try request { ($0.isPassive, $0.contextClasses) = (true, [Self.mfa]) }
        #expect(verdict(strong, session(), keptAt: nil) == .refuse(.noPassive))
    }

    @Test func `another class is asked for once`() throws {
        let request = try request { $0.contextClasses = [Self.mfa] }
        #expect(verdict(request, session(acr: Self.mfa), keptAt: nil) == .answer)
        #expect(verdict(request, session(acr: "urn:pwd"), keptAt: nil) == .signIn(strong))
        #expect(verdict(request, session(), keptAt: Self.now) == .signIn(strong))
        let kept = Self.now - .seconds(60)
        #expect(verdict(request, session(acr: "urn:pwd"), keptAt: kept) == .refuse(.noAuthnContext))
        #expect(verdict(request, session(acr: Self.mfa), keptAt: kept) == .answer)
    }

    @Test(
        arguments: [
            ("https://refeds.org/profile/mfa", true), ("urn:x", true), ("a+b-c.1:x", true), (nil, false), ("", false),
            ("mfa", false), ("0", false), (":x", false), ("urn:", false), ("1urn:x", false), ("u rn:x", false),
            ("urn:x y", false), ("ürn:x", false), ("urn:ü", false),
            ("urn:" + String(repeating: "x", count: 253), false),
        ] as [(String?, Bool)])
    func `a class is an absolute URI, or unspecified`(acr: String?, isURI: Bool) {
        let unspecified = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
        #expect(AuthenticationContext(acr: acr).contextClass == (isURI ? acr : unspecified))
    }
}
