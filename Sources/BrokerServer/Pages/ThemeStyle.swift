/// The stylesheet that carries a theme's colour, because the content security policy forbids inline style.
///
/// Whatever colour an operator picks, text stays readable: each derived colour is moved until it reaches the contrast
/// that WCAG 2.1 asks for (1.4.3: 4.5 for text; 1.4.11: 3 for the edge of a control).
package enum ThemeStyle {
    /// The custom properties of one theme for light and dark, ready to be served as `theme.css`.
    package static func css(for theme: Theme) -> String {
        """
        :root {
        \(properties(Palette(brand: theme.color, scheme: .light)))}
        @media (prefers-color-scheme: dark) {
        :root {
        \(properties(Palette(brand: theme.color, scheme: .dark)))}
        }

        """
    }

    private static func properties(_ palette: Palette) -> String {
        palette.named.map { "  --\($0.name): \($0.color);\n" }.joined()
    }
}
