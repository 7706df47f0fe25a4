// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Remembers what arrived.
///
/// Safe to read from any task while the portal serves.
package final class PortalLedger: Sendable {
    private struct State {
        var stats = PortalStats()
        var recent: [ReceivedRequest] = []
        var lastNumber: [String: Int] = [:]
    }

    private static let recentLimit = 256

    private let projects: [Int: String]
    private let state = Mutex(State())

    init(portals: [Portal]) {
        projects = Dictionary(portals.map { ($0.id, $0.projectKey) }, uniquingKeysWith: { first, _ in first })
    }

    /// A copy of the figures.
    package var stats: PortalStats { state.withLock { $0.stats } }

    /// The latest 256 requests, oldest first.
    package var requests: [ReceivedRequest] { state.withLock { $0.recent } }

    /// Tickets created so far.
    package var tickets: [Ticket] { stats.tickets }

    /// Forgets everything, ticket numbers included.
    package func reset() {
        state.withLock { $0 = State() }
    }

    func record(_ request: ReceivedRequest, kind: String) {
        state.withLock { state in
            state.stats.total += 1
            state.stats.counts["\(request.method) \(kind)", default: 0] += 1
            state.stats.lastRequest = request
            if state.recent.count == Self.recentLimit { state.recent.removeFirst() }
            state.recent.append(request)
        }
    }

    func recordPortals(_ ids: Set<Int>) {
        state.withLock { state in
            for id in ids { state.stats.portals[String(id), default: 0] += 1 }
        }
    }

    func recordSignup() {
        state.withLock { $0.stats.signups += 1 }
    }

    func create(_ draft: TicketDraft, reporter: String?, channel: Ticket.Channel) -> Ticket {
        let project = projects[draft.portal] ?? "REQ"
        return state.withLock { state in
            state.lastNumber[project, default: 0] += 1
            let ticket = Ticket(
                key: "\(project)-\(state.lastNumber[project] ?? 0)", portal: draft.portal,
                requestType: draft.requestType, summary: draft.summary, description: draft.description,
                reporter: reporter, channel: channel)
            state.stats.tickets.append(ticket)
            return ticket
        }
    }
}

/// What a person or a program asks for before it has a key.
struct TicketDraft {
    let portal: Int
    let requestType: Int
    let summary: String
    let description: String
}
