// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import Hummingbird
import MockServer

/// Answers everything between a visitor without a session and one with: the way there, the way back, and out again.
struct SignInDesk: Sendable {
    let configuration: MockPortal.Configuration
    let method: any SignInMethod
    let sessions: SessionTable
    let directory: CustomerDirectory

    /// Whose session the request's cookie names.
    func visitor(_ received: ReceivedRequest) -> Visitor? {
        sessions.customer(cookie(received)).map { customer in
            Visitor(
                user: customer.username, email: customer.email,
                groups: (directory[customer.username]?.groups ?? []).joined(separator: ","), organization: "",
                displayName: customer.displayName)
        }
    }

    /// What a visitor without a session gets; nil where the portal answers anybody.
    func answerWithoutSession(_ route: PortalRoute, _ visit: Visit) -> Response? {
        switch route {
        case .staticAsset, .unknown: return nil
        case .home, .portals, .portal, .create, .request, .requests, .login, .signup:
            guard visit.wantsHTML || visit.method != .post else { break }
            let handle = sessions.keep(destination: destination(visit))
            return Answer.seeOther("\(configuration.contextPath)\(method.paths.begin)?destination=\(handle)")
        case .info, .portalList, .serviceDesks, .createRequest, .models, .userSearch, .signupCall, .loginCall, .myself:
            break
        }
        return Answer.failure("You are not authenticated. Please sign in.", .unauthorized)
    }

    func respond(_ route: SignInRoute, _ visit: Visit, at addresses: PortalAddresses) async -> Response {
        let desk = SignInAnswers(desk: self, visit: visit, addresses: addresses)
        do throws(LoginError) {
            switch route {
            case .begin: return try await desk.begin()
            case .callback: return try await desk.complete()
            case .logoutMessage: return try await desk.receiveLogout()
            case .metadata: return try desk.metadata()
            case .logout: return try await desk.logout()
            case .passwordForm: return desk.passwordForm()
            case .loginLink: return Answer.seeOther("\(configuration.contextPath)\(method.paths.begin)")
            }
        } catch {
            let code = error.rule ?? error.code.rawValue
            sessions.keepRefusal(code)
            return desk.refusal(code, of: route)
        }
    }

    /// The page that was asked for, and nothing that could lead elsewhere.
    private func destination(_ visit: Visit) -> String {
        let target = visit.received.target
        let wanted = visit.method == .post ? String(target.prefix { $0 != "?" }) : target
        let isLocal = wanted.hasPrefix("/") && !wanted.hasPrefix("//") && !wanted.contains("\\")
        return isLocal ? wanted : "\(configuration.contextPath)/servicedesk/customer/portals"
    }

    // MARK: The cookie

    var cookieName: String {
        configuration.flavour == .cloud ? "customer.account.session.token" : "JSESSIONID"
    }

    func cookie(_ received: ReceivedRequest) -> String? {
        let pairs = received.values("Cookie").flatMap { $0.split(separator: ";") }
        let values = pairs.compactMap { pair -> String? in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = halves[0].trimmingPrefix { $0 == " " }
            return name == cookieName && halves.count == 2 ? String(halves[1]) : nil
        }
        return values.first
    }

    func setCookie(_ value: String) -> String { "\(cookieName)=\(value); Path=/; HttpOnly" }
    var clearCookie: String { "\(cookieName)=; Path=/; Max-Age=0; HttpOnly" }
}
