import Broker
import BrokerEngine
import BrokerModel
import Foundation
import SAML
import Testing

@testable import SAMLFacade

/// An SP sends somebody, and gets an answer that its strict reader takes.
struct SignOnTests {
    typealias Binding = IdentityProviderDescription.Binding

    // MARK: With a session

    @Test(arguments: ResponseWriter.Signing.allCases, [false, true])
    func `a live session answers at once`(signing: ResponseWriter.Signing, encrypting: Bool) async throws {
        let installation = try await Installation {
            $0.configured["sign"] = .string(signing.rawValue)
            if encrypting { try $0.decrypts() }
        }
        let signedIn = try await installation.signIn()
        let response = try await installation.send(installation.arrival(relayState: "there"), of: signedIn)
        let requirement: SignatureRequirement =
            switch signing {
            case .both: .both
            case .response: .response
            case .assertion: .assertion
            }
        let content = try await installation.content(of: response, requires: requirement)
        #expect(content.nameID == NameID("ann@acme.example", format: SAMLURI.emailFormat))
        #expect(try Portal.posted(response).relayState == "there")
        let octets = try Portal.posted(response).octets
        #expect(String(decoding: octets, as: UTF8.self).contains("ann@acme.example") != encrypting)
    }

    @Test func `says how, when and for how long the person signed in`() async throws {
        let installation = try await Installation()
        let signedIn = try await installation.signIn(acr: "https://refeds.org/profile/mfa")
        installation.clock.advance(by: .seconds(600))
        let response = try await installation.send(installation.arrival(), of: signedIn)
        let content = try await installation.content(of: response)
        #expect(content.authentication.authTime == signedIn.session.authentication.authTime)
        #expect(content.authentication.acr == "https://refeds.org/profile/mfa")
        let told = try await installation.told(of: signedIn.session)
        #expect(content.sessionIndex == told.key)
        #expect(told.name == "ann@acme.example")
        let text = String(decoding: try Portal.posted(response).octets, as: UTF8.self)
        let end = SAMLTime.text(signedIn.session.absoluteDeadline)
        #expect(text.contains(#"SessionNotOnOrAfter="\#(end)""#))
    }

    @Test func `an IdP whose clock is ahead makes no sign-in in the future`() async throws {
        let installation = try await Installation()
        let signedIn = try await installation.signIn(ahead: 50)
        #expect(signedIn.session.authentication.authTime == installation.clock.now + .seconds(50))
        let content = try await installation.content(of: installation.send(installation.arrival(), of: signedIn))
        #expect(content.authentication.authTime == installation.clock.now)
    }

    @Test func `a class that is no URI is unspecified`() async throws {
        let installation = try await Installation()
        let response = try await installation.send(
            installation.arrival(), of: installation.signIn(acr: "mfa"))
        let acr = try await installation.content(of: response).authentication.acr
        #expect(acr == "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified")
    }

    @Test func `tells attributes, and groups where that is configured`() async throws {
        let installation = try await Installation {
            $0.configured["sendGroups"] = .object([
                "name": .string("groups"), "prefix": .string("vestibule-${organization}:"),
            ])
            $0.configured["attributes"] = .object(["org": .string("${organization}")])
        }
        let signedIn = try await installation.signIn(groups: "staff,jira-administrators")
        let content = try await installation.content(of: installation.send(installation.arrival(), of: signedIn))
        let said = Dictionary(uniqueKeysWithValues: content.attributes.map { ($0.name, $0.values) })
        #expect(said["email"] == ["ann@acme.example"])
        #expect(said["displayName"] == ["Ann Other"])
        #expect(said["org"] == ["acme"])
        #expect(said["groups"] == ["vestibule-acme:jira-administrators", "vestibule-acme:staff"])
    }

    @Test func `a second request of the same session has its index and another assertion`() async throws {
        let installation = try await Installation()
        let signedIn = try await installation.signIn()
        let first = try await installation.content(
            of: installation.send(installation.arrival(id: "_q1"), of: signedIn))
        let second = try await installation.content(
            of: installation.send(installation.arrival(id: "_q2"), of: signedIn), id: "_q2")
        #expect(first.sessionIndex == second.sessionIndex)
        #expect(first.assertionID != second.assertionID)
        #expect(try await installation.records(.facadeAnswered).count == 2)
    }

    @Test(arguments: Settings.NameIDFormat.allCases)
    private func `NameIDPolicy may ask for what is configured`(format: Settings.NameIDFormat) async throws {
        let installation = try await Installation { $0.configured["nameIDFormat"] = .string(format.rawValue) }
        let signedIn = try await installation.signIn()
        for (position, wanted) in [nil, SAMLURI.unspecifiedFormat, format.uri].enumerated() {
            let request = try installation.arrival(id: "_q\(position)") { $0.nameIDFormat = wanted }
            let response = try await installation.send(request, of: signedIn)
            let content = try await installation.content(of: response, id: "_q\(position)")
            #expect(content.nameID == NameID("ann@acme.example", format: format.uri))
        }
    }

    // MARK: Without a session

    @Test(arguments: Binding.allCases)
    func `who has no session signs in, and the request waits`(binding: Binding) async throws {
        let installation = try await Installation()
        var response = try await installation.send(installation.arrival(relayState: "r", by: binding))
        if binding == .post {
            // A cross-site POST brings no cookies, so that the browser first comes back by itself.
            guard case .step(.redirect(let url), nil) = response else { throw Unexpected("a redirect") }
            #expect(url.absoluteString.hasPrefix("\(Installation.root)/resume?request="))
            let query = try #require(url.query(percentEncoded: true))
            response = try await installation.send(FacadeRequest(method: .get, route: "resume", query: query))
        }
        let signIn = try installation.signIn(of: response)
        #expect(signIn.requirements == .none)
        installation.clock.advance(by: .seconds(60))
        let signedIn = try await installation.signIn(after: signIn)
        #expect(signedIn.returnTarget == "\(Installation.root)/\(signIn.resume)")
        let answer = try await installation.send(installation.resume(signIn), of: signedIn)
        #expect(try await installation.content(of: answer).nameID?.value == "ann@acme.example")
        #expect(try Portal.posted(answer).relayState == "r")
    }

    @Test func `a posted request is answered from a live session when the browser is back`() async throws {
        let installation = try await Installation()
        let signedIn = try await installation.signIn()
        // Even a handle that came along does not count: a POST never answers by itself.
        let response = try await installation.send(installation.arrival(by: .post), of: signedIn)
        guard case .step(.redirect(let url), nil) = response else { throw Unexpected("a redirect") }
        let query = try #require(url.query(percentEncoded: true))
        let answer = try await installation.send(
            FacadeRequest(method: .get, route: "resume", query: query), of: signedIn)
        #expect(try await installation.content(of: answer).nameID?.value == "ann@acme.example")
    }

    @Test func `a browser that comes back without a session signs in, under the same value`() async throws {
        let installation = try await Installation()
        let signIn = try installation.signIn(of: await installation.send(installation.arrival()))
        let again = try installation.signIn(of: await installation.send(installation.resume(signIn)))
        #expect(again.resume == signIn.resume)
    }

    @Test func `a request waits for fifteen minutes and is nobody else's`() async throws {
        let installation = try await Installation()
        let signIn = try installation.signIn(of: await installation.send(installation.arrival()))
        let expired = Refusal(.requestExpired)
        for query in ["", "request=", "request=nothing", "other=1"] {
            let request = FacadeRequest(method: .get, route: "resume", query: query)
            #expect(try await installation.refusal(request) == expired)
        }
        installation.clock.advance(by: .seconds(901))
        #expect(try await installation.refusal(installation.resume(signIn)) == expired)
    }

    // MARK: What the site may ask for

    @Test func `SAML2Int IDP07: ForceAuthn makes a person with a session sign in again, once`() async throws {
        let installation = try await Installation()
        let before = try await installation.signIn()
        installation.clock.advance(by: .seconds(60))
        let request = try installation.arrival { $0.forceAuthn = true }
        let signIn = try installation.signIn(of: await installation.send(request, of: before))
        #expect(signIn.requirements == AuthenticationRequirements(isFresh: true))
        installation.clock.advance(by: .seconds(1))
        let kept = try installation.resume(signIn)
        // The old session brings nobody past it.
        _ = try installation.signIn(of: await installation.send(kept, of: before))
        let after = try await installation.signIn(after: signIn)
        let response = try await installation.send(kept, of: after)
        let since = installation.clock.now
        let content = try await installation.content(of: response) { $0.authenticatedSince = since }
        #expect(content.authentication.authTime == since)
    }

    @Test func `IsPassive without a session is answered with NoPassive`() async throws {
        let installation = try await Installation()
        let request = try installation.arrival(relayState: "r") { $0.isPassive = true }
        let response = try await installation.send(request)
        let (codes, refusal) = try await installation.failure(of: response)
        #expect(codes == ["Responder", "NoPassive"])
        #expect(refusal == .loginRequired)
        #expect(try Portal.posted(response).relayState == "r")
        #expect(try await installation.records(.facadeRefused).count == 1)
        let signedIn = try await installation.signIn()
        let answer = try await installation.send(request, of: signedIn)
        #expect(try await installation.content(of: answer).nameID != nil)
    }

    @Test func `a class that was asked for and not met is answered with NoAuthnContext`() async throws {
        let installation = try await Installation()
        let mfa = "https://refeds.org/profile/mfa"
        let before = try await installation.signIn()
        let request = try installation.arrival { $0.contextClasses = [mfa] }
        installation.clock.advance(by: .seconds(1))
        let signIn = try installation.signIn(of: await installation.send(request, of: before))
        #expect(signIn.requirements.acrValues == [mfa])
        installation.clock.advance(by: .seconds(1))
        let weak = try await installation.signIn(acr: "urn:password")
        let response = try await installation.send(installation.resume(signIn), of: weak)
        let (codes, refusal) = try await installation.failure(of: response)
        #expect(codes == ["Responder", "NoAuthnContext"])
        #expect(refusal == .authenticationInsufficient)
        let strong = try await installation.signIn(acr: mfa)
        let answer = try await installation.send(installation.resume(signIn), of: strong)
        #expect(try await installation.content(of: answer) { $0.contextClasses = [mfa] }.authentication.acr == mfa)
    }

    @Test(arguments: Binding.allCases)
    func `a NameID format that is not configured is answered with InvalidNameIDPolicy`(binding: Binding) async throws {
        let installation = try await Installation()
        let request = try installation.arrival(by: binding) { $0.nameIDFormat = SAMLURI.transientFormat }
        let (codes, refusal) = try await installation.failure(of: installation.send(request))
        #expect(codes == ["Requester", "InvalidNameIDPolicy"])
        #expect(refusal == .messageRefused)
        #expect(try await installation.lastRule() == "name_id_policy_unsupported")
    }
}

private typealias Settings = SAMLFacade.Settings

extension Installation {
    /// How the site names a session.
    func told(of session: Session) async throws -> FacadeSession {
        let told = try await engine.environment.store.read { try $0.facadeSessions(of: session.id) }
        #expect(told.count == 1)
        return try #require(told.first)
    }
}
