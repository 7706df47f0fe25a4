// SPDX-License-Identifier: Apache-2.0

import Hummingbird

/// `GET /__mock/stats`, `requests`, `sessions`, `users`, `desks` and `POST /__mock/reset`, for whoever knows the control secret.
struct ControlRoutes {
    let secret: String
    let ledger: PortalLedger
    let sessions: SessionTable
    let directory: CustomerDirectory
    let book: DeskBook

    /// Nil for everything that is no control request: it counts like any other.
    func respond(to request: ReceivedRequest, path: String) -> Response? {
        guard !secret.isEmpty, request.values("X-Mock-Control") == [secret] else { return nil }
        switch (request.method, path) {
        case ("GET", "/__mock/stats"): return Answer.json(ledger.stats)
        case ("GET", "/__mock/requests"): return Answer.json(ledger.requests)
        case ("GET", "/__mock/sessions"): return Answer.json(openSessions)
        case ("GET", "/__mock/users"): return Answer.json(users)
        case ("GET", "/__mock/desks"): return Answer.json(book.snapshot)
        case ("POST", "/__mock/reset"):
            book.reset()
            ledger.reset()
            sessions.reset()
            directory.reset()
            return Answer.noContent
        default: return nil
        }
    }

    private var openSessions: OpenSessions {
        let usernames = sessions.usernames
        return OpenSessions(count: usernames.count, usernames: usernames, refusals: sessions.refusals)
    }

    /// Everybody who ever signed in, with what is theirs now.
    private var users: [UserReport] {
        let (open, tickets) = (sessions.usernames, ledger.tickets)
        return directory.customers.map { customer in
            UserReport(
                username: customer.username, displayName: customer.displayName, email: customer.email,
                groups: customer.groups, signIns: customer.signIns,
                sessions: open.count { $0 == customer.username },
                tickets: tickets.count { $0.reporter == customer.username })
        }
    }
}

/// The body of `GET /__mock/sessions`.
private struct OpenSessions: Encodable {
    let count: Int
    let usernames: [String]
    let refusals: [String]
}

/// An element of `GET /__mock/users`.
private struct UserReport: Encodable {
    let username: String
    let displayName: String
    let email: String
    let groups: [String]
    let signIns: Int
    let sessions: Int
    let tickets: Int
}
