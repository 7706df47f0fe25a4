import Broker
package import BrokerModel
import Foundation
import JOSE
import Logging

extension LogoutFlow {
    /// A site sent a browser back from a sign-out that was begun here.
    ///
    /// - Returns: Nil where it is not the answer that this browser waits for.
    package func siteAnswered(
        _ address: FacadeAddress, state: String, isComplete: Bool, cookie: String?
    ) async -> SignOutStep? {
        guard var ticket = LogoutTicket.open(cookie, with: environment),
            case .atSite(let expected, let session) = ticket.stage, session.facade == address,
            Digests.constantTimeEquals(Array(expected.utf8), Array(state.utf8))
        else { return nil }
        await record(session, ticket, code: isComplete ? nil : "refused_by_site")
        ticket.stage = .ended(isComplete: false)
        return await goOn(ticket, try? await environment.store.read { try $0.session(session.session) })
    }

    /// Whether a site hears of a sign-out by the person's browser.
    func isToldByBrowser(_ address: FacadeAddress) -> Bool { module(at: address)?.signsOutByBrowser == true }

    /// Takes the browser to the next site that has to hear; nil where none is left.
    func nextSite(_ ticket: LogoutTicket) async -> SignOutStep? {
        var ticket = ticket
        while !ticket.sites.isEmpty {
            let session = ticket.sites.removeFirst()
            let state = environment.randomness.token()
            ticket.stage = .atSite(state: state, session)
            do {
                guard let step = try await module(at: session.facade)?.beginSignOut(session, state: state) else {
                    await record(session, ticket, code: "no_front_channel")
                    continue
                }
                return SignOutStep(
                    next: try next(step, site: session.facade.site), ticket: try ticket.seal(with: environment))
            } catch {
                await record(session, ticket, code: (error as? FacadeError)?.code.rawValue ?? "configuration_invalid")
            }
        }
        return nil
    }

    /// Takes the browser back to the site that asked.
    func conclude(
        _ conclusion: LogoutTicket.Conclusion, _ ticket: LogoutTicket, isComplete: Bool
    ) async -> SignOutStep? {
        do {
            guard let module = module(at: conclusion.facade) else { return nil }
            let step = try await module.concludeSignOut(conclusion.data, isComplete: isComplete)
            return SignOutStep(next: try next(step, site: conclusion.facade.site), ticket: nil)
        } catch {
            await failed(ticket, error)
            return nil
        }
    }

    private func module(at address: FacadeAddress) -> (any Facade)? { try? facades.module(at: address) }

    /// A browser that brings a sign-out to a site carries names there.
    private func next(_ step: FacadeStep, site: SiteID) throws(LoginError) -> SignOutStep.Next {
        let url =
            switch step {
            case .redirect(let url), .formPost(let url, _): url
            }
        guard url.scheme == "https" || !environment.settings.publicURL.hasPrefix("https:") else {
            throw LoginError(.configurationInvalid, detail: "the site signs out at an address that is not https")
        }
        return switch step {
        case .redirect(let url): .redirect(url)
        case .formPost(let url, let fields): .sitePost(url, fields, site: site)
        }
    }

    private func record(_ session: FacadeSession, _ ticket: LogoutTicket, code: String?) async {
        let event = AuditEvent(
            code == nil ? .facadeSessionEnded : .facadeNotTold, at: environment.time.now, actor: .customer,
            reference: ticket.reference, customer: ticket.customer, site: session.facade.site, session: ticket.session,
            code: code, facts: ["facade": session.facade.kind.rawValue])
        do {
            try await audit.record(event)
        } catch {
            environment.logger.error(
                "what a site answered to a sign-out was not recorded",
                metadata: ["reference": "\(ticket.reference)", "cause": "\(error)"])
        }
    }
}
