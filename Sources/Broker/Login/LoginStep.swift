public import Foundation

/// Where the browser goes next, and what the module wants back when it returns.
public struct LoginStep: Sendable {
    /// What the browser is told to do.
    public enum Action: Sendable {
        /// Go there (HTTP 303).
        case redirect(URL)
        /// Post these fields there (HTTP-POST binding, `form_post` requests).
        case formPost(URL, [FormParameter])
        /// Ask the person for these fields on a page of the broker and post them back.
        case ask([PromptField])
    }

    /// What the browser is told to do.
    public var action: Action
    /// The module's own bytes for `completeLogin`.
    public var state: LoginState

    /// A step.
    public init(_ action: Action, state: LoginState = .empty) {
        self.action = action
        self.state = state
    }
}

/// A module's own bytes between two rounds of a login: at most 8 KiB, sealed by the engine, and given back only to the
/// same connection with the same settings.
public struct LoginState: Sendable, Equatable {
    /// The most bytes that the engine keeps.
    public static let maximumBytes = 8192

    /// The bytes.
    public let bytes: Data

    /// Keeps bytes.
    public init(_ bytes: Data) { self.bytes = bytes }

    /// Nothing to remember.
    public static let empty = LoginState(Data())
}

/// One field of a form that the browser posts.
public struct FormParameter: Sendable, Hashable {
    /// The field's name.
    public let name: String
    /// The field's value, unescaped.
    public let value: String

    /// A field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One field that a module asks the person for, such as a code from a mail.
public struct PromptField: Sendable, Hashable {
    /// How the field is shown and typed.
    public enum Style: Sendable, Hashable {
        /// Free text.
        case text
        /// A short code of digits, offered to the browser as `one-time-code`.
        case code
        /// A button beside the form's own, such as "Send a new code": pressed, its name comes back with the value `1`,
        /// and whatever stands in the other fields comes along unchecked.
        case action
    }

    /// The name under which the answer comes back.
    public var name: String
    /// The label.
    public var label: String
    /// One sentence below the label.
    public var help: String?
    /// How the field is shown.
    public var style: Style
    /// What was wrong with the last answer, in one sentence.
    public var problem: String?

    /// A field.
    public init(name: String, label: String, help: String? = nil, style: Style = .text, problem: String? = nil) {
        self.name = name
        self.label = label
        self.help = help
        self.style = style
        self.problem = problem
    }
}
