import Broker
import BrokerEngine
import BrokerModel
import Foundation
import FoundationEssentials
import Hummingbird

extension Web {
    /// Does what a sign-out asks for next.
    ///
    /// The session is over: whatever cannot be shown ends on our own page.
    func follow(_ step: SignOutStep, site: Site?) -> Response {
        response(to: step.next, site: site).setting([ticketCookie(step)], isSecure: isSecure)
    }

    /// To the page that says that the session is over.
    var signedOutRedirect: Response { redirect(to: "/vestibule/signed-out", referrer: .sameOrigin) }

    /// Takes back whatever a browser has of a session, and of the portal's own.
    func signedOut(_ response: Response, _ request: Request) -> Response {
        response.setting(
            [.clearing(handleName(at: place(of: request))), .clearing(cookies.token)] + portalCookiesCleared(request),
            isSecure: isSecure)
    }

    private func response(to next: SignOutStep.Next, site: Site?) -> Response {
        switch next {
        case .depart(let ticket):
            return redirect(to: "\(publicURL)/signing-out?ticket=\(ticket.reveal())")
        case .redirect(let url): return redirect(to: url.absoluteString)
        case .formPost(let url, let fields, let connection):
            let name = engine.live.resources.connections[connection]?.name
            return (try? post(fields, to: url, destination: name, site: site)) ?? signedOutRedirect
        case .sitePost(let url, let fields, let id):
            let site = self.site(id)
            let page = try? post(fields, to: url, destination: site?.theme.productName, site: site)
            return page ?? signedOutRedirect
        case .leave(let target): return redirect(to: target, referrer: .sameOrigin)
        case .page: return signedOutRedirect
        }
    }

    /// An IdP may bring the browser back by a cross-site POST.
    private func ticketCookie(_ step: SignOutStep) -> SetCookie {
        guard let ticket = step.ticket else { return .clearing(cookies.logout, sameSite: .none) }
        return SetCookie(
            name: cookies.logout, value: ticket.reveal(), maxAge: LogoutFlow.ticketLifetime, sameSite: .none)
    }
}
