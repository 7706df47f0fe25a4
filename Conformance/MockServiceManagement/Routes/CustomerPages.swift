// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// Answers for people with a browser.
struct CustomerPages {
    let configuration: MockPortal.Configuration
    let ledger: PortalLedger
    let visit: Visit

    private var pages: PortalPages {
        PortalPages(
            frame: PageFrame(
                siteName: configuration.siteName, base: configuration.contextPath, visitor: visit.visitor))
    }

    private var base: String { "\(configuration.contextPath)/servicedesk/customer" }

    func portals() -> Response { Answer.html(pages.portals(configuration.portals)) }

    func portal(_ id: Int) -> Response {
        guard let portal = find(id) else { return unknown() }
        return Answer.html(pages.portal(portal))
    }

    func create(_ id: Int, _ typeID: Int) -> Response {
        guard let portal = find(id), let type = portal.requestTypes.first(where: { $0.id == typeID }) else {
            return unknown()
        }
        return visit.method == .post ? raise(type, in: portal) : form(type, in: portal)
    }

    private func form(_ type: Portal.RequestType, in portal: Portal, problem: String? = nil) -> Response {
        let token = "mock-\(portal.id)-\(type.id)"
        let html = pages.create(type, in: portal, token: token, problem: problem)
        var answer = Answer.html(html, problem == nil ? .ok : .badRequest)
        answer.headers[.setCookie] = "\(Visit.tokenCookie)=\(token); Path=/; SameSite=Lax"
        return answer
    }

    private func raise(_ type: Portal.RequestType, in portal: Portal) -> Response {
        guard visit.visitor != nil || configuration.publicForm else { return loginFirst() }
        guard visit.passesTokenCheck else { return Answer.failure("XSRF check failed", .forbidden) }
        let fields = FormFields(visit.body)
        let query = FormFields(visit.query)
        let summary = fields["summary"] ?? query["summary"] ?? ""
        guard !summary.isEmpty else {
            return visit.wantsHTML
                ? form(type, in: portal, problem: "Please write a summary.")
                : Answer.failure("summary is required", .badRequest)
        }
        let draft = TicketDraft(
            portal: portal.id, requestType: type.id, summary: summary,
            description: fields["description"] ?? query["description"] ?? "")
        let ticket = ledger.create(draft, reporter: visit.visitor?.user, channel: .portal)
        return visit.wantsHTML
            ? Answer.seeOther("\(base)/portal/\(portal.id)/\(ticket.key)")
            : Answer.json(["issue": ["key": ticket.key]], .created)
    }

    func request(_ id: Int, _ key: String) -> Response {
        guard let portal = find(id),
            let ticket = ledger.tickets.first(where: { $0.key == key && $0.portal == id })
        else { return unknown() }
        return Answer.html(pages.request(ticket, in: portal))
    }

    func requests() -> Response {
        Answer.html(pages.requests(ledger.tickets.filter { $0.reporter == visit.visitor?.user }))
    }

    func login() -> Response {
        guard visit.method == .post else { return Answer.html(pages.login()) }
        return Answer.html(
            pages.message("Log in", "There is no account with this address and password."), .unauthorized)
    }

    func signup() -> Response {
        guard visit.method == .post else { return Answer.html(pages.signup()) }
        guard configuration.publicForm else {
            return Answer.html(pages.message("Sign up", "Sign-up is closed."), .forbidden)
        }
        ledger.recordSignup()
        return Answer.seeOther("\(base)/portals")
    }

    func asset(_ path: String) -> Response {
        guard let asset = StaticAssets.asset(path) else { return unknown() }
        return Answer.text(asset.text, type: asset.type)
    }

    func unknown() -> Response {
        Answer.html(pages.message("Not found", "There is no such page."), .notFound)
    }

    private func loginFirst() -> Response {
        visit.wantsHTML ? Answer.seeOther("\(base)/user/login") : Answer.failure("Please log in.", .unauthorized)
    }

    private func find(_ id: Int) -> Portal? { configuration.portals.first { $0.id == id } }
}
