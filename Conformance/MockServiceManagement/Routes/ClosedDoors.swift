// SPDX-License-Identifier: Apache-2.0

import Hummingbird

extension MockPortal {
    /// JSM's own ways in, which an administrator may close one by one.
    package struct OpenDoors: OptionSet, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) { self.rawValue = rawValue }

        /// Pages and calls of portals answer people who are not signed in.
        package static let loginFree = OpenDoors(rawValue: 1)
        /// Anybody makes an account.
        package static let signUp = OpenDoors(rawValue: 2)
        /// The portal's sign-in page has a password form.
        package static let passwordForm = OpenDoors(rawValue: 4)
        /// `?auth_fallback` goes around single sign-on.
        package static let fallback = OpenDoors(rawValue: 8)

        /// Every one.
        package static let all: OpenDoors = [.loginFree, .signUp, .passwordForm, .fallback]
    }
}

/// What a portal answers at a way in that an administrator has closed.
///
/// Where people sign in at an IdP, the pages of the sign-in are answered before.
struct ClosedDoors {
    let configuration: MockPortal.Configuration

    /// Nil where nothing is closed.
    func answer(_ route: PortalRoute, _ visit: Visit) -> Response? {
        switch route {
        case .home, .portals, .portal, .create, .request, .requests:
            guard isClosed(.loginFree), visit.visitor == nil else { return nil }
            return visit.wantsHTML ? toSignIn : Answer.failure("Please log in.", .unauthorized)
        case .portalList, .serviceDesks, .createRequest, .models, .userSearch:
            guard isClosed(.loginFree), visit.visitor == nil else { return nil }
            return Answer.failure("You must be logged in.", .unauthorized)
        case .signup: return isClosed(.signUp) ? toSignIn : nil
        case .signupCall: return isClosed(.signUp) ? Answer.failure("Sign-up is closed.", .forbidden) : nil
        case .login: return isClosed(isFallback(visit) ? .fallback : .passwordForm) ? toSignIn : nil
        case .staticAsset, .info, .loginCall, .myself, .unknown: return nil
        }
    }

    private func isClosed(_ door: MockPortal.OpenDoors) -> Bool { !configuration.openDoors.contains(door) }

    private func isFallback(_ visit: Visit) -> Bool {
        visit.query.split(separator: "&").contains { $0 == "auth_fallback" || $0.hasPrefix("auth_fallback=") }
    }

    /// Single sign-on begins here.
    private var toSignIn: Response { Answer.seeOther("\(configuration.contextPath)/plugins/servlet/external-login") }
}
