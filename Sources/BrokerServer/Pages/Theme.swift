/// How an operator's pages look: a name, an optional logo and one colour.
package struct Theme: Sendable, Hashable {
    /// The portal's name as customers know it, such as "Acme Support".
    package let productName: String
    /// A logo on this host or on https; it replaces the name in the header.
    package let logo: PageURL?
    /// The colour of the main button; everything else is derived from it.
    package let color: HexColor

    /// The look before anyone has configured one.
    package static let standard = Theme(
        productName: "Support portal", logo: nil, color: HexColor(red: 29, green: 78, blue: 216))

    package init(productName: String, logo: PageURL?, color: HexColor) {
        self.productName = productName
        self.logo = logo
        self.color = color
    }
}
