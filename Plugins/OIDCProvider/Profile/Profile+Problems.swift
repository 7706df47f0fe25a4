package import Broker
import Foundation
import OpenIDConnect

extension OIDCProvider.Profile {
    /// Everything by which the document could loosen a check, or could not work; paths start at the document.
    package var problems: [SettingsError.Problem] {
        nameProblems + variableProblems + addressProblems + requestProblems + tokenProblems + claimProblems
            + logoutProblems
    }

    private typealias Problem = SettingsError.Problem

    private var nameProblems: [Problem] {
        Variable.Pattern.isWord(name) ? [] : [Problem(path: ["name"], text: "must be \(Variable.Pattern.word.text)")]
    }

    /// Names that the broker fills in itself.
    private static let filledIn: Set<String> = ["clientID", "returnURL", "state"]

    private var variableProblems: [Problem] {
        (variables ?? [:]).sorted { $0.key < $1.key }.flatMap { name, variable -> [Problem] in
            let path = ["variables", name]
            guard ProfileTemplate.isName(name), !Self.filledIn.contains(name) else {
                return [Problem(path: path, text: "cannot be the name of a variable")]
            }
            if variable.oneOf?.isEmpty == true {
                return [Problem(path: path + ["oneOf"], text: "must have at least one value")]
            }
            if variable.oneOf != nil, variable.pattern != nil {
                return [Problem(path: path, text: "has pattern or oneOf, not both")]
            }
            return [("example", Optional(variable.example)), ("standard", variable.standard)].compactMap { key, value in
                guard let value, !variable.accepts(value) else { return nil }
                return Problem(path: path + [key], text: "must be \(variable.text)")
            }
        }
    }

    // MARK: Addresses

    private var addressProblems: [Problem] {
        var problems = urlProblems(issuer, at: ["issuer"])
        if issuer.contains("?") {
            problems.append(Problem(path: ["issuer"], text: "must be without query (OpenID Connect Discovery 3)"))
        }
        if let discovery {
            problems += urlProblems(discovery, at: ["discovery"]) + strangerProblems(discovery, at: "discovery")
        }
        return problems
    }

    /// A template of a URL: the scheme and the host's end are the profile's, and no variable may be left out.
    private func urlProblems(_ text: String, at path: [String], also allowed: Set<String> = []) -> [Problem] {
        guard text.hasPrefix("https://") || text.hasPrefix("http://"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains("#"), !text.contains("@"), !text.contains("\\")
        else {
            return [Problem(path: path, text: "must be an https URL without user, fragment and blanks")]
        }
        return templateProblems(text, at: path, also: allowed)
            + (ProfileTemplate(text)?.names ?? []).filter { !allowed.contains($0) }.compactMap { name in
                guard let variable = variables?[name] else { return nil }
                guard variable.isSafeInURL else {
                    return Problem(path: path, text: "{\(name)} is of a form that cannot stand in a URL")
                }
                return variable.isAlwaysGiven ? nil : Problem(path: path, text: "{\(name)} must not be optional")
            }
    }

    /// Else a document could send the browser, or look for keys, where the issuer has no say.
    private func strangerProblems(_ text: String, at key: String) -> [Problem] {
        Self.origin(of: text) == Self.origin(of: issuer)
            ? [] : [Problem(path: key == "link" ? ["logout", key] : [key], text: "must be at the issuer's own host")]
    }

    private static func origin(of template: String) -> Substring {
        guard let host = template.range(of: "://")?.upperBound else { return template[...] }
        return template[..<(template[host...].firstIndex { "/?".contains($0) } ?? template.endIndex)]
    }

    private func templateProblems(_ text: String, at path: [String], also allowed: Set<String> = []) -> [Problem] {
        guard let template = ProfileTemplate(text) else {
            return [Problem(path: path, text: "has braces that do not enclose a variable")]
        }
        return template.names.filter { variables?[$0] == nil && !allowed.contains($0) }.map {
            Problem(path: path, text: "{\($0)} is not one of the profile's variables")
        }
    }

    // MARK: What is asked for

    private var requestProblems: [Problem] {
        var problems: [Problem] = []
        if let scopes, !scopes.contains("openid") {
            problems.append(Problem(path: ["scopes"], text: "must contain openid (OpenID Connect Core 3.1.2.1)"))
        }
        for (index, scope) in (scopes ?? []).enumerated() where scope.contains(" ") {
            problems.append(Problem(path: ["scopes", String(index)], text: "must be one scope"))
        }
        for (index, scope) in (refusedScopes ?? []).enumerated() where (scopes ?? ["openid"]).contains(scope) {
            problems.append(Problem(path: ["refusedScopes", String(index)], text: "is asked for in scopes"))
        }
        for (name, value) in (authorizationParameters ?? [:]).sorted(by: { $0.key < $1.key }) {
            let path = ["authorizationParameters", name]
            if AuthorizationRequest.reserved.contains(name) {
                problems.append(Problem(path: path, text: "is set by the protocol and cannot be replaced"))
            }
            problems += templateProblems(value, at: path)
        }
        return problems
    }

    private var tokenProblems: [Problem] {
        var problems: [Problem] = []
        if signingAlgorithms?.isEmpty == true {
            problems.append(Problem(path: ["signingAlgorithms"], text: "must name at least one algorithm"))
        }
        for (index, name) in (signingAlgorithms ?? []).enumerated() where !RelyingParty.algorithms.contains(name) {
            problems.append(
                Problem(path: ["signingAlgorithms", String(index)], text: "is not a signature algorithm here"))
        }
        if tokenEndpointAuthMethods?.isEmpty == true {
            problems.append(Problem(path: ["tokenEndpointAuthMethods"], text: "must name at least one method"))
        }
        return problems
    }

    private var logoutProblems: [Problem] {
        guard let link = logout?.link else { return [] }
        return urlProblems(link, at: ["logout", "link"], also: Self.filledIn) + strangerProblems(link, at: "link")
    }
}
