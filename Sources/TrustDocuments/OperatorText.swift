/// Values of an IdP as the operator may read them.
package enum OperatorText {
    /// A value in quotes: bounded, and in printable ASCII.
    package static func quoted(_ value: String) -> String {
        let visible = value.unicodeScalars.prefix(200).map { scalar in
            (" "..."~").contains(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
        }
        return "\"\(String(visible.joined().prefix(200)))\""
    }
}
