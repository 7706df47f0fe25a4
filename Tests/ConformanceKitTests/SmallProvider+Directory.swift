import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE

/// People by pages at `/people?page=N`, one at `/people/ID`.
extension SmallProvider: DirectorySource {
    func changes(since cursor: Data?) async throws(LoginError) -> DirectoryPage {
        try requireDirectory()
        let number = try number(in: cursor)
        let answer: JSONObject
        do throws(LoginError) {
            answer = try await people(at: "/people?page=\(number)").object
        } catch {
            let isSkipped =
                (has(.emptiesListsInOutages) && error.code == .upstreamUnavailable)
                || (has(.skipsBadPages) && error.code != .upstreamUnavailable)
            guard isSkipped else { throw error }
            return DirectoryPage(people: [], cursor: self.cursor(0), hasMore: false)
        }
        guard case .array(let entries)? = answer["people"] else {
            throw LoginError(.upstreamInvalid, detail: "people are absent")
        }
        var people: [DirectoryPerson] = []
        for case .object(let entry) in entries { people.append(try person(entry)) }
        let hasMore = answer.bool("more") == true && !has(.listsOnePage)
        return DirectoryPage(people: people, cursor: self.cursor(hasMore ? number + 1 : 0), hasMore: hasMore)
    }

    func status(of subject: SubjectKey) async throws(LoginError) -> DirectoryStatus {
        try requireDirectory()
        let isOurs = subject.connection == id && subject.issuer == settings.issuer && subject.tenant == nil
        guard has(.asksForAnySubject) || (isOurs && subject.subject.wholeMatch(of: /[0-9a-z-]{1,64}/) != nil) else {
            return .unknown
        }
        let answer = try await people(at: "/people/\(subject.subject)", mayMiss: true)
        guard answer.isMissing else { return try person(answer.object).status }
        let isSaid = answer.object.string("error") == "no such person"
        return isSaid || has(.takesAnyMissForGone) ? .gone : .unknown
    }

    private func requireDirectory() throws(LoginError) {
        guard settings.listsPeople == true || has(.listsAlways) else {
            throw LoginError(.notConfigured, detail: "listsPeople is not on")
        }
    }

    private func person(_ entry: JSONObject) throws(LoginError) -> DirectoryPerson {
        guard let subject = entry.string("id"), let isEnabled = entry.bool("enabled") else {
            throw LoginError(.upstreamInvalid, detail: "a person without id")
        }
        let address = entry.string("email")
        return DirectoryPerson(
            subject: SubjectKey(
                connection: id, issuer: settings.issuer, subject: has(.listsByAddress) ? address ?? "" : subject),
            status: isEnabled || has(.callsEverybodyActive) ? .active : .gone,
            email: address.flatMap { EmailAddress($0) }.map { Email($0, evidence: .idpVerified) })
    }

    // MARK: Cursors

    private func cursor(_ page: Int) -> Data { Data("\(settings.issuer) \(page)".utf8) }

    private func number(in cursor: Data?) throws(LoginError) -> Int {
        guard let cursor else { return 0 }
        let parts = String(decoding: cursor, as: UTF8.self).split(separator: " ")
        guard parts.count == 2, parts[0] == settings.issuer, let number = Int(parts[1]) else {
            if has(.takesAnyCursor) { return 0 }
            throw LoginError(.malformedRequest, detail: "the cursor is none", rule: "directory_cursor")
        }
        return number
    }

    // MARK: The API

    private func people(
        at place: String, mayMiss: Bool = false
    ) async throws(LoginError) -> (object: JSONObject, isMissing: Bool) {
        // An id that is none leads nowhere, and certainly not elsewhere.
        let text = at(place).addingPercentEncoding(withAllowedCharacters: .urlFragmentAllowed) ?? settings.issuer
        let response = try await sent(
            OutboundRequest(url: try url(text), headerFields: [.authorization: "Bearer \(try secret())"]))
        if has(.repeatsAnswers), response.status != .ok {
            throw LoginError(.upstreamInvalid, detail: String(decoding: response.body, as: UTF8.self))
        }
        let isMissing = mayMiss && response.status == .notFound
        let object = try? JSONObject.parse(response.body)
        if isMissing { return (object ?? JSONObject([]), true) }
        guard response.status == .ok, let object, object["error"] == nil else {
            throw LoginError(.upstreamInvalid, detail: "the answer is none")
        }
        return (object, false)
    }
}
