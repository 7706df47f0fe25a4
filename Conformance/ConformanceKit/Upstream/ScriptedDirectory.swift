public import Broker
import Foundation
import HTTPTypes

/// What one vendor's directory looks like from outside: how a request is read, and how people are written.
///
/// The rules decide who is in it and what goes wrong; a row only translates.
public struct ScriptedDirectory: Sendable {
    /// What a request asks for.
    public enum Question: Sendable {
        /// A page of everybody, counted from zero; no more people than the request wants.
        case page(Int, atMost: Int? = nil)
        /// Whoever has this subject, as a list.
        case find(String)
        /// The one person with this subject.
        case person(String)
        /// Something else, such as an access token, with its answer.
        case other(OutboundResponse)
    }

    /// One person in the directory.
    public struct Entry: Sendable {
        /// Who it is.
        public var person: KitPerson
        /// Whether the account may sign in.
        public var isEnabled: Bool
    }

    /// Settings that have people listed.
    public var settings: @Sendable (inout Claims) -> Void
    /// Other settings on top of those: of another tenant, pool or realm, whose cursors are not ours.
    public var elsewhere: @Sendable (inout Claims) -> Void
    /// Places of the directory, as `ScriptedTransport` writes places.
    public var places: [String]
    /// The place of one person, where each has one.
    public var personPlace: (@Sendable (String) -> String)?
    /// How many people are on a page.
    public var pageSize = 2
    /// What the directory knows a person by.
    public var subject: @Sendable (KitPerson) -> String = { $0.subject }
    /// What a request asks for.
    public var question: @Sendable (OutboundRequest) -> Question
    /// A page of people, and the number of the next.
    public var page: @Sendable ([Entry], Int?) -> OutboundResponse
    /// One person.
    public var person: @Sendable (Entry) -> OutboundResponse
    /// The vendor's own word that there is no such person.
    public var missing: @Sendable (String) -> OutboundResponse
    /// What the directory has given away and nobody may find in an error: access tokens.
    public var marks: [String] = []

    /// A directory.
    public init(
        settings: @escaping @Sendable (inout Claims) -> Void, elsewhere: @escaping @Sendable (inout Claims) -> Void,
        places: [String], personPlace: (@Sendable (String) -> String)? = nil,
        question: @escaping @Sendable (OutboundRequest) -> Question,
        page: @escaping @Sendable ([Entry], Int?) -> OutboundResponse,
        person: @escaping @Sendable (Entry) -> OutboundResponse,
        missing: @escaping @Sendable (String) -> OutboundResponse
    ) {
        self.settings = settings
        self.elsewhere = elsewhere
        self.places = places
        self.personPlace = personPlace
        self.question = question
        self.page = page
        self.person = person
        self.missing = missing
    }

    /// The same directory with something else about it.
    public func with(_ change: (inout ScriptedDirectory) -> Void) -> ScriptedDirectory {
        var directory = self
        change(&directory)
        return directory
    }
}
