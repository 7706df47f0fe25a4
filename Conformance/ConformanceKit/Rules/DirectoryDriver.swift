import Broker
import Foundation
import Synchronization

/// Drives the directory of one connection as a sync does, with a directory that a rule fills and spoils.
struct DirectoryDriver: Sendable {
    /// What is answered in place of the directory.
    struct Spoil: Sendable {
        var applies: @Sendable (ScriptedDirectory.Question) -> Bool
        var answer: ScriptedTransport.Answer
    }

    private struct State {
        var entries: [ScriptedDirectory.Entry]
        var spoil: Spoil?
    }

    /// The state behind a reference, so that answers on the transport see what a rule changes.
    private final class Shelf: Sendable {
        let state: Mutex<State>
        init(_ entries: [ScriptedDirectory.Entry]) { state = Mutex(State(entries: entries)) }
    }

    let script: ScriptedDirectory
    let login: LoginDriver
    private let shelf: Shelf

    /// Who leaves: the last one of the list.
    let leaver: KitPerson

    init(_ row: ProviderUnderTest) throws(KitFailure) {
        let script = try unwrap(row.directory, "the row has no ScriptedDirectory, though the module lists people")
        let others = (0..<max(0, script.pageSize - 1)).map { KitPerson.numbered($0) }
        let people = [.alice, .bob] + others
        shelf = Shelf(people.map { .init(person: $0, isEnabled: $0 != .bob) })
        leaver = others.last ?? .bob
        self.script = script
        login = try LoginDriver(row.with { script.settings(&$0.settings) })
        attach(people)
    }

    /// Everybody in the directory.
    var entries: [ScriptedDirectory.Entry] { shelf.state.withLock { $0.entries } }

    /// The subjects of a page, or of all.
    func subjects(onPage page: Int? = nil) -> Set<String> {
        let entries = entries
        guard let page else { return Set(entries.map { script.subject($0.person) }) }
        return Set(entries.dropFirst(page * script.pageSize).prefix(script.pageSize).map { script.subject($0.person) })
    }

    /// Takes a person out.
    func remove(_ person: KitPerson) { shelf.state.withLock { $0.entries.removeAll { $0.person == person } } }

    /// Answers some questions otherwise, or none any more.
    func spoil(_ spoil: Spoil?) { shelf.state.withLock { $0.spoil = spoil } }

    // MARK: The module

    /// The connection made anew, as after a restart; `elsewhere` with the settings of another tenant.
    func source(elsewhere: Bool = false) throws(KitFailure) -> any DirectorySource {
        var settings = login.row.settings
        if elsewhere { script.elsewhere(&settings) }
        let provider = try LoginDriver.provider(login.row, settings, bench: login.bench)
        return try unwrap(provider as? any DirectorySource, "the module lists nobody")
    }

    /// One page, where a page has to come.
    func page(since cursor: Data?) async throws(KitFailure) -> DirectoryPage {
        let source = try source()
        do throws(LoginError) {
            return try await source.changes(since: cursor)
        } catch {
            throw KitFailure("a page does not come: \(error.code.rawValue): \(error.detail)")
        }
    }

    /// Everybody, page by page, each by a connection made anew.
    func everybody() async throws(KitFailure) -> (people: [DirectoryPerson], pages: Int, cursor: Data?) {
        var (people, cursor, hasMore, pages) = ([DirectoryPerson](), Data?.none, true, 0)
        while hasMore {
            let page = try await page(since: cursor)
            people += page.people
            (cursor, hasMore, pages) = (page.cursor, page.hasMore, pages + 1)
            try require(pages <= 20, "the pages have no end")
        }
        return (people, pages, cursor)
    }

    /// The key of a listed person.
    func key(of person: KitPerson) async throws(KitFailure) -> SubjectKey {
        let subject = script.subject(person)
        let listed = try await everybody().people.first { $0.subject.subject == subject }
        return try unwrap(listed?.subject, "\(person.name) is not listed as \(subject)")
    }

    /// What a call refuses with; nil where it does not.
    func refusal(
        _ body: (any DirectorySource) async throws(LoginError) -> Void, elsewhere: Bool = false
    ) async throws(KitFailure) -> LoginError? {
        let source = try source(elsewhere: elsewhere)
        do throws(LoginError) {
            try await body(source)
            return nil
        } catch {
            return error
        }
    }

    /// What is said of a person; nil where an error is thrown.
    func status(of subject: SubjectKey) async throws(KitFailure) -> DirectoryStatus? {
        let source = try source()
        do throws(LoginError) {
            return try await source.status(of: subject)
        } catch {
            return nil
        }
    }

    // MARK: The directory

    private func attach(_ people: [KitPerson]) {
        var places = script.places
        if let place = script.personPlace { places += people.map { place(script.subject($0)) } }
        for place in places {
            login.bench.transport.on(place) { [self] request throws(TransportError) in try answer(request) }
        }
    }

    private func answer(_ request: OutboundRequest) throws(TransportError) -> OutboundResponse {
        let question = script.question(request)
        let (entries, spoil) = shelf.state.withLock { ($0.entries, $0.spoil) }
        if let spoil, spoil.applies(question) { return try spoil.answer(request) }
        switch question {
        case .other(let response): return response
        case .find(let subject): return script.page(entries.filter { script.subject($0.person) == subject }, nil)
        case .person(let subject):
            let entry = entries.first { script.subject($0.person) == subject }
            return entry.map(script.person) ?? script.missing(subject)
        case .page(let number, let most):
            let rest = entries.dropFirst(number * script.pageSize)
            let page = rest.prefix(script.pageSize).prefix(most ?? script.pageSize)
            return script.page(Array(page), rest.count > script.pageSize ? number + 1 : nil)
        }
    }
}
