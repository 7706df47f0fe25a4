import Broker
import ConformanceKit
import Foundation
import SAML
import SAMLProvider
import XMLSecurity

extension ProviderUnderTest {
    /// Kind `saml`: an IdP whose certificate was pasted.
    static let saml = ProviderUnderTest(
        "saml", SAMLProvider.self, .saml,
        settings: [
            "entityID": .string(SAMLAnswer.idp), "ssoURL": "https://idp.example/sso",
            "sloURL": "https://idp.example/slo",
            "signingCertificates": [.string(SAMLKeys.certificate)],
            "nameIDFormat": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
            "attributes": ["email": "email", "name": "displayName", "groups": "groups"],
        ],
        abilities: [
            .unsolicitedLogin, .upstreamLogout, .logoutReceiver, .metadataPublisher, .trustRefresher, .settingsLint,
            .keyHolder, .exceptionHolder,
        ],
        expected: ExpectedIdentity(
            subject: KitPerson.alice.subject, issuer: SAMLAnswer.idp, email: "alice@acme.example",
            evidence: .tenantOwnsDomain, completeness: .complete, groups: KitPerson.alice.groups, name: "Alice")
    ) { ScriptedSAMLProvider(bench: $0) }
    .with {
        $0.secrets = [:]
        $0.prepare = { $0.keys = SAMLKeys.connection }
        $0.completesOffline = "what is trusted stands in the settings"
        $0.cases = samlCases
    }

    private static func saml(
        _ name: String, number: Int? = nil, _ clause: String, fix: String, verdict: Verdict = .refusedAnyhow,
        _ change: @escaping @Sendable (inout SAMLAnswer) -> Void
    ) -> VendorCase {
        VendorCase(
            name, number: number, clause: clause, fix: fix,
            upstream: { ScriptedSAMLProvider(bench: $0, change: change) }, verdict: verdict)
    }

    private static let profile = "SAML Profiles 4.1.4.3"

    private static let samlCases = [
        saml("an assertion that nobody signed", number: 9, "SAML Core 5.3.1", fix: "a signature is no setting") {
            $0.isSigned = false
        },
        saml("an assertion that another key signed", "SAML Core 5.4", fix: "keys of the IdP alone") { $0.key = .other },
        saml("another recipient", number: 11, profile, fix: "Recipient is the ACS") {
            $0.recipient = "https://o.example/acs"
        },
        saml("another destination", number: 11, "SAML Bindings 3.5.5.2", fix: "Destination is the ACS") {
            $0.destination = "https://o.example/acs"
        },
        saml("another audience", number: 11, "SAML Core 2.5.1.4", fix: "Audience is our entityID") {
            $0.audience = "https://o.example"
        },
        saml("an answer to another request", number: 11, profile, fix: "InResponseTo is PendingLogin.sent.requestID") {
            $0.inResponseTo = "_other"
        },
        saml("another issuer", profile, fix: "Issuer is the configured entityID", verdict: .refused(.messageRefused)) {
            $0.issuer = "https://other.example"
        },
        saml("an assertion that is over", number: 12, "SAML Core 2.5.1.2", fix: "NotOnOrAfter with the skew") {
            $0.at = $0.at - .seconds(3600)
        },
        saml(
            "a comment in the NameID", number: 10, "CVE-2018-0489: text around comments",
            fix: "refuse, or take the whole text, never a part",
            verdict: .refusedAnyhow
        ) { $0.comment = true },
        saml(
            "a second assertion that nobody signed", number: 8, "SAML Core 5.4.2; signature wrapping",
            fix: "read signed octets"
        ) {
            $0.isWrapped = true
        },
    ]
}

/// An IdP that answers AuthnRequests by HTTP-Redirect with Responses by HTTP-POST.
struct ScriptedSAMLProvider: ScriptedUpstream {
    let bench: KitBench
    var change: @Sendable (inout SAMLAnswer) -> Void = { _ in }

    func visit(_ action: LoginStep.Action, _ visit: KitVisit) async throws(KitFailure) -> KitArrival {
        guard case .redirect(let url) = action else { throw KitFailure("the login begins with no redirect") }
        try require(url.absoluteString.hasPrefix("https://idp.example/sso?"), "the browser is sent elsewhere")
        do {
            let parameters = try CallbackParameters(formEncoded: Data((url.query() ?? "").utf8))
            try require(parameters["Signature"] != nil, "the request is not signed")
            let octets = try Deflate.inflate(
                try Base64.decode([UInt8]((parameters["SAMLRequest"] ?? "").utf8)), limit: 65_536)
            let request = String(decoding: octets, as: UTF8.self)
            let id = try unwrap(request.firstMatch(of: /\sID="([^"]+)"/)?.1, "the request has no ID")
            var answer = SAMLAnswer(
                at: bench.clock.now, callbackURL: bench.callbackURL.absoluteString, requestID: String(id), visit: visit)
            answer.number = bench.randomness.source.token(bytes: 8)
            change(&answer)
            let text = Base64.encode(try answer.octets())
            return KitArrival(.post, [("SAMLResponse", text), ("RelayState", parameters["RelayState"] ?? "")])
        } catch let failure as KitFailure {
            throw failure
        } catch {
            throw KitFailure("the IdP cannot answer: \(error)")
        }
    }
}
