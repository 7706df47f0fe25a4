/// Why a request target is refused: it is malformed, or two programs could read it differently.
package enum TargetRefusal: String, Error, Sendable, CaseIterable, CustomStringConvertible {
    /// There is no target.
    case empty
    /// More than 8 KiB.
    case tooLong = "too_long"
    /// `http://host/path`, whose host a front and JSM may weigh differently (RFC 9112 3.2.2).
    case absoluteForm = "absolute_form"
    /// Does not start with a slash.
    case notRooted = "not_rooted"
    /// A raw control character or blank.
    case control
    /// A raw `#`: a fragment is never sent, and what follows is path to some and nothing to others.
    case fragment
    /// A raw octet outside of ASCII.
    case notASCII = "not_ascii"
    /// A character that RFC 3986 3.3 does not allow in a path.
    case disallowedCharacter = "disallowed_character"
    /// `//`, which some collapse.
    case emptySegment = "empty_segment"
    /// A segment of dots, which most resolve.
    case dotSegment = "dot_segment"
    /// `;`, from which servlet containers cut the rest of the segment.
    case pathParameter = "path_parameter"
    /// `\`, a slash to some.
    case backslash
    /// A `%` without two hex digits.
    case malformedEscape = "malformed_escape"
    /// An escaped `/`, `\`, `?`, `#` or `;`.
    case encodedDelimiter = "encoded_delimiter"
    /// An escaped control character.
    case encodedControl = "encoded_control"
    /// An escaped letter, digit, `-`, `.`, `_` or `~`, which nobody needs to escape (RFC 3986 2.3).
    case encodedUnreserved = "encoded_unreserved"
    /// `%25` before a hex digit: an escape to whoever decodes twice.
    case doubleEncoding = "double_encoding"
    /// Escapes that are not UTF-8, overlong forms included.
    case invalidUTF8 = "invalid_utf8"

    /// The code only.
    package var description: String { rawValue }
}
