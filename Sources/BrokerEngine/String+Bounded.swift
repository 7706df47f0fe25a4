extension String {
    /// At most so many UTF-8 octets, cut between scalars.
    ///
    /// Characters are no bound: one may carry kilobytes of marks.
    func bounded(toOctets limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var result = String.UnicodeScalarView()
        var octets = 0
        for scalar in unicodeScalars {
            octets += UTF8.width(scalar)
            guard octets <= limit else { break }
            result.append(scalar)
        }
        return String(result)
    }
}
