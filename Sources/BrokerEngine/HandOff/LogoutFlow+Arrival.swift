import Broker
package import BrokerModel
import Foundation

extension LogoutFlow {
    /// A sign-out at a site's own host goes on at the broker's, where the sites and the IdP bring the browser back to.
    ///
    /// The session is over by now. The ticket is no credential: whoever takes it, or makes another browser bring it,
    /// gets that browser to the sign-out of a session that has ended.
    func depart(_ ticket: LogoutTicket) -> SignOutStep {
        var ticket = ticket
        ticket.stage = .departing(id: environment.randomness.token())
        ticket.expiresAt = environment.time.now + LoginTransaction.Departure.lifetime
        guard let sealed = try? ticket.seal(with: environment) else { return SignOutStep(next: .page, ticket: nil) }
        return SignOutStep(next: .depart(sealed), ticket: nil)
    }

    /// A browser came from a site's host, where it signed out; once for each ticket.
    ///
    /// - Returns: What to do next and for which site; nil for what is no such ticket, too old or used.
    package func arrive(_ ticket: String) async -> (step: SignOutStep, site: SiteID)? {
        guard var ticket = LogoutTicket.open(ticket, with: environment), case .departing(let id) = ticket.stage,
            await isFirst(id, of: ticket)
        else { return nil }
        ticket.stage = .ended(isComplete: false)
        ticket.expiresAt = environment.time.now + LogoutTicket.lifetime
        let session = try? await environment.store.read { [id = ticket.session] in try $0.session(id) }
        return (await goOn(ticket, session), ticket.site)
    }

    private func isFirst(_ id: String, of ticket: LogoutTicket) async -> Bool {
        let identifier = OneTimeIdentifier(id, until: ticket.expiresAt)
        let isFirst = try? await environment.store.write { try $0.take(identifier, scope: "logout-arrival") }
        return isFirst == true
    }
}
