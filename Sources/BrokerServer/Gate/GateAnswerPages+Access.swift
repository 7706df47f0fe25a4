import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird

extension GateAnswerPages {
    /// Says which portal, why in the person's words, and whom to ask; never what the rules look at.
    func denied(_ refusal: AccessRefusal, for request: GateRequest) -> Response {
        let reference = note(refusal.reason.code)
        let message = web.texts.message(forCode: refusal.reason.code)
        guard refusal.way != .problem else {
            let portal = refusal.portal.map { #","portal":\#($0)"# } ?? ""
            return problem(
                .forbidden, code: refusal.reason.code, text: message.title,
                extra: #"\#(portal),"reference":"\#(reference)""#)
        }
        let site = site(refusal.site)
        let portal = site?.portals.first { $0.id == refusal.portal }
        return web.page(
            AccessDeniedPage(
                code: refusal.reason.code, message: message, portal: portal?.name, reference: reference,
                ask: refusal.reason.canBeAskedAbout ? portal.flatMap { ask(for: $0, request) } : nil,
                support: web.support(
                    web.engine.live.resources.organizations[refusal.organization], site: site),
                home: site.flatMap { PageURL($0.defaultPath) }),
            site: site, status: .forbidden)
    }

    /// The form that asks for access, for a browser whose session it can be tied to.
    private func ask(for portal: Portal, _ request: GateRequest) -> AccessDeniedPage.Ask? {
        guard case .one(let handle) = CookieHeader.value(of: web.cookies.handle, in: request.cookies) else {
            return nil
        }
        return AccessDeniedPage.Ask(
            action: web.path("access-request"), portal: portal.id.description,
            csrf: SessionHandle.formToken(String(handle)))
    }

    /// Says that a way into JSM is closed, and which one is open.
    func closed(_ door: ClosedDoor, for request: GateRequest) -> Response {
        let reference = note("closed_\(door.door.rawValue)")
        let message = web.texts.message(forCode: door.door.code)
        guard door.way != .problem else {
            return problem(
                .forbidden, code: "closed", text: message.title,
                extra: #","door":"\#(door.door.rawValue)","reference":"\#(reference)""#)
        }
        let site = site(door.site)
        let home = site.flatMap { PageURL($0.defaultPath) }
        return web.page(
            ClosedPage(
                code: door.door.code, message: message, reference: reference,
                signIn: isSignedIn(request) ? nil : home, portal: isSignedIn(request) ? home : nil,
                support: web.support(nil, site: site)),
            site: site, status: .forbidden)
    }

    /// As far as a page must know to offer the right way on: a portal's front page asks whoever is not.
    private func isSignedIn(_ request: GateRequest) -> Bool {
        [web.cookies.handle, web.cookies.token].contains { CookieHeader.value(of: $0, in: request.cookies) != .absent }
    }
}

extension AccessRefusal.Reason {
    /// The bounded code for programs, the log and the sentence that a person reads; a rule's name is nobody's business.
    var code: String {
        switch self {
        case .noRule: "access_denied"
        case .rule: "access_barred"
        case .unknownPlace: "place_unknown"
        case .bodyUnseen: "body_unseen"
        }
    }

    /// Whether somebody could grant what was refused.
    var canBeAskedAbout: Bool {
        switch self {
        case .noRule, .rule: true
        case .unknownPlace, .bodyUnseen: false
        }
    }
}

extension ClosedDoor.Door {
    /// The code of the sentence that a person reads.
    var code: String {
        switch self {
        case .signUp: "closed_sign_up"
        case .passwordLogin: "closed"
        case .agent: "closed_agent"
        case .userSearch, .provisioning, .unknown: "closed_page"
        }
    }
}
