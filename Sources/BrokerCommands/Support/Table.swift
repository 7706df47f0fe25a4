import Broker

/// Rows for a person, or the same rows as JSON for a script.
struct Table {
    /// The JSON names; headings are the same in capitals.
    let columns: [String]
    var rows: [[String?]] = []

    init(_ columns: String...) { self.columns = columns }

    mutating func add(_ cells: String?...) { rows.append(cells) }

    func print(to output: Output, asJSON: Bool, whenEmpty: String) {
        guard !asJSON else { return output.json(.array(rows.map(object))) }
        guard !rows.isEmpty else { return output.note(whenEmpty) }
        let lines = [columns.map { $0.uppercased() }] + rows.map { $0.map { $0 ?? "-" } }
        let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        for line in lines {
            let cells = zip(line, widths).enumerated().map { position, cell in
                position == columns.count - 1
                    ? cell.0 : cell.0 + String(repeating: " ", count: cell.1 - cell.0.count)
            }
            output.line(cells.joined(separator: "  "))
        }
    }

    private func object(_ row: [String?]) -> SettingsValue {
        .object(
            Dictionary(
                zip(columns, row).compactMap { name, cell in cell.map { (name, SettingsValue.string($0)) } }
            ) { first, _ in first })
    }
}
