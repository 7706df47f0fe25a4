// SPDX-License-Identifier: Apache-2.0

/// What a path means where people sign in at an IdP; nil is a path of the portal itself.
enum SignInRoute: Equatable {
    case begin
    case callback
    case logoutMessage
    case metadata
    case logout
    case passwordForm
    /// The portal's own "Log in" link.
    case loginLink

    /// The word for it in the statistics.
    var kind: String {
        switch self {
        case .begin: "sign-in"
        case .callback: "sign-in-callback"
        case .logoutMessage: "logout-message"
        case .metadata: "sp-metadata"
        case .logout: "logout"
        case .passwordForm, .loginLink: "login"
        }
    }

    init?(path: String, paths: SignInPaths) {
        switch path {
        case paths.begin: self = .begin
        case paths.callback: self = .callback
        case paths.logoutMessages: self = .logoutMessage
        case paths.metadata: self = .metadata
        case paths.logout: self = .logout
        case "/login.jsp": self = .passwordForm
        case "/servicedesk/customer/user/login": self = .loginLink
        default: return nil
        }
    }
}
