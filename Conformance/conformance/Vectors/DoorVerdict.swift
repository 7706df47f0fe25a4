// SPDX-License-Identifier: Apache-2.0

import BrokerEngine

/// What the gate made of one request: the check, and what the browser is told where it refused.
struct DoorVerdict: Sendable {
    let check: Page
    let answer: Page
    let publicURL: String

    /// What became of the request.
    var verdict: DoorExpectation.Verdict? {
        if check.status == 200 { return .pass }
        guard check.status == 401 || check.status == 403 else { return nil }
        switch answer.status {
        case 401: return .noSession
        case 302, 303: return goesToLogin ? .noSession : nil
        case 400: return .badRequest
        case 403: return .forbidden
        case 503: return .unavailable
        default: return nil
        }
    }

    private var goesToLogin: Bool { answer.values("Location").first?.hasPrefix("\(publicURL)/start?") == true }

    /// Holds it against an expectation.
    ///
    /// `user` is who is signed in.
    func hold(_ wanted: DoorExpectation, user: String?) throws {
        let seen = "the check said \(check.status), the answer \(answer.status)"
        if !wanted.verdicts.isEmpty {
            let verdict = try unwrap(verdict, "\(seen), which is no verdict")
            try require(wanted.verdicts.contains(verdict), "\(seen)")
        }
        if wanted.staysOnHost {
            try require(goesToLogin, "the redirect goes to \(answer.values("Location").first ?? "-")")
        }
        if wanted.clearsCookies {
            let cleared = answer.values("Set-Cookie").contains {
                $0.hasPrefix("\(World.cookies.token)=;") && $0.contains("Max-Age=0")
            }
            try require(cleared, "the answer does not clear the cookie")
        }
        if wanted.identityIsOurs { try identityIsOurs(user) }
        if wanted.isNeverStored {
            for page in [check, answer] {
                try require(page.values("Cache-Control") == ["no-store"], "an answer may be stored")
            }
        }
    }

    /// The identity set is there once, and it is the session's; without a session there is none.
    private func identityIsOurs(_ user: String?) throws {
        let users = check.values("X-Vestibule-User")
        try require(users == (user.map { [$0] } ?? []), "X-Vestibule-User is \(users)")
        for name in ["Email", "Groups", "Organization", "Identity"] {
            let count = check.values("X-Vestibule-\(name)").count
            try require(count == (user == nil ? 0 : 1), "X-Vestibule-\(name) is there \(count) times")
        }
    }
}
