import Broker
package import BrokerModel
package import Foundation
import JOSE

/// What a page that asks whether to sign out carries of the site that wants to know, sealed.
///
/// It is no credential: the page's form has a token of the session's own, and nobody is signed out by this alone.
struct SignOutQuestion: Codable, Sendable {
    /// How long the page may wait for its yes.
    static let lifetime = Duration.seconds(600)

    let facade: FacadeAddress
    let conclusion: Data?
    let expiresAt: Timestamp

    /// Seals for the form.
    func seal(with environment: EngineEnvironment) throws -> String {
        Base64URL.encode(
            try environment.keyring.seal(
                Array(try JSONEncoder().encode(self)), purpose: "sign-out-question",
                random: environment.randomness.bytes))
    }

    /// Opens what `seal` made, while it counts; nil for anything else that a form may hold.
    static func open(_ question: String, with environment: EngineEnvironment) -> SignOutQuestion? {
        guard let sealed = try? Base64URL.decode(question),
            let octets = try? environment.keyring.open(sealed, purpose: "sign-out-question"),
            let question = try? JSONDecoder().decode(SignOutQuestion.self, from: Data(octets)),
            environment.time.now < question.expiresAt
        else { return nil }
        return question
    }
}

extension LogoutFlow {
    /// What the page that asks carries, so that the yes leads back to the site.
    package func question(from facade: FacadeAddress, conclusion: Data?) throws -> String {
        let question = SignOutQuestion(
            facade: facade, conclusion: conclusion, expiresAt: environment.time.now + SignOutQuestion.lifetime)
        return try question.seal(with: environment)
    }

    /// Which site asked, and what it concludes with; nil for what we did not seal, and for what is too old.
    package func asking(_ question: String) -> (facade: FacadeAddress, conclusion: Data?)? {
        SignOutQuestion.open(question, with: environment).map { ($0.facade, $0.conclusion) }
    }

    /// The site that a browser with this cookie signed out of.
    package func site(of cookie: String?) -> SiteID? { LogoutTicket.open(cookie, with: environment)?.site }
}
