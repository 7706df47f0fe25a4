// SPDX-License-Identifier: Apache-2.0

/// What a path means to the portal, whatever the method.
enum PortalRoute: Equatable {
    case home
    case portals
    case portal(Int)
    case create(portal: Int, requestType: Int)
    case request(portal: Int, key: String)
    case requests
    case login
    case signup
    case staticAsset(String)
    case info
    case portalList
    case serviceDesks
    case createRequest
    case models
    case userSearch(portal: Int)
    case signupCall
    case loginCall
    case myself
    case unknown

    /// The word for it in the statistics.
    var kind: String {
        switch self {
        case .home: "home"
        case .portals: "portals"
        case .portal: "portal"
        case .create: "create"
        case .request: "request"
        case .requests: "requests"
        case .login: "login"
        case .signup: "signup"
        case .staticAsset: "static"
        case .info: "rest-info"
        case .portalList: "rest-portals"
        case .serviceDesks: "rest-servicedesk"
        case .createRequest: "rest-request"
        case .models: "rest-models"
        case .userSearch: "rest-user-search"
        case .signupCall: "rest-signup"
        case .loginCall: "rest-login"
        case .myself: "rest-myself"
        case .unknown: "unknown"
        }
    }

    /// Portal named by the path itself.
    var portal: Int? {
        switch self {
        case .portal(let id), .create(let id, _), .request(let id, _), .userSearch(let id): id
        default: nil
        }
    }

    init(path: String) {
        let parts = path.split(separator: "/").map(String.init)
        switch parts.first {
        case nil: self = .home
        case "servicedesk": self = Self.customerPage(Array(parts.dropFirst()))
        case "plugins": self = Self.legacyDesk(Array(parts.dropFirst()))
        case "rest": self = Self.call(Array(parts.dropFirst()))
        case "s", "static", "images", "favicon.ico", "robots.txt": self = .staticAsset(path)
        case "login.jsp": self = .login
        default: self = .unknown
        }
    }

    /// The pages under `/servicedesk/customer/`.
    private static func customerPage(_ parts: [String]) -> PortalRoute {
        switch parts {
        case ["customer"], ["customer", "portals"]: .portals
        case ["customer", "user", "requests"]: .requests
        case ["customer", "user", "login"]: .login
        case ["customer", "user", "signup"]: .signup
        default: parts.starts(with: ["customer", "portal"]) ? insidePortal(Array(parts.dropFirst(2))) : .unknown
        }
    }

    /// `/plugins/servlet/desk/...`, the older spelling of the same pages.
    private static func legacyDesk(_ parts: [String]) -> PortalRoute {
        if parts == ["servlet", "desk"] { return .portals }
        return parts.starts(with: ["servlet", "desk", "portal"]) ? insidePortal(Array(parts.dropFirst(3))) : .unknown
    }

    private static func insidePortal(_ parts: [String]) -> PortalRoute {
        guard let portal = parts.first.flatMap({ Int($0) }) else { return .unknown }
        switch parts.count {
        case 1: return .portal(portal)
        case 2: return isIssueKey(parts[1]) ? .request(portal: portal, key: parts[1]) : .unknown
        case 3 where parts[1] == "group": return .portal(portal)
        case 3 where parts[1] == "create":
            return Int(parts[2]).map { .create(portal: portal, requestType: $0) } ?? .unknown
        default: return .unknown
        }
    }

    private static func call(_ parts: [String]) -> PortalRoute {
        switch parts {
        case ["servicedeskapi", "info"]: .info
        case ["servicedeskapi", "portals"]: .portalList
        case ["servicedeskapi", "servicedesk"]: .serviceDesks
        case ["servicedeskapi", "request"]: .createRequest
        case ["servicedesk", "1", "customer", "models"]: .models
        case ["servicedesk", "1", "customer", "pages", "user", "signup"]: .signupCall
        case ["tsv", "1.0", "authenticate"]: .loginCall
        case ["api", "2", "myself"]: .myself
        default: userSearch(parts)
        }
    }

    /// The search under `/rest/servicedesk/1/customer/portal/{id}/user-search`, with or without `/proforma`.
    private static func userSearch(_ parts: [String]) -> PortalRoute {
        guard parts.starts(with: ["servicedesk", "1", "customer", "portal"]), parts.count >= 6,
            parts[5] == "user-search", let portal = Int(parts[4])
        else { return .unknown }
        return .userSearch(portal: portal)
    }

    private static func isIssueKey(_ text: String) -> Bool {
        text.wholeMatch(of: /[A-Z][A-Z0-9]+-[0-9]+/) != nil
    }
}
