package import Broker
package import BrokerEngine
package import BrokerModel
import CoreMetrics
import Synchronization

/// Metrics in Prometheus' text format 0.0.4: what the engine tells, and whatever libraries below report through
/// swift-metrics.
///
/// Every label is from a bounded set.
package final class PrometheusMetrics: MetricsFactory, EngineObserver {
    private let series = Mutex<[Series: Sample]>([:])

    package init() {}

    /// What to hand to the engine.
    package var observer: any EngineObserver { self }

    // MARK: The engine

    package func loginEnded(kind: ProviderKind?, code: String?, duration: Duration) {
        let labels = [("kind", kind?.rawValue ?? "none"), ("result", code ?? "ok")]
        add(1, to: Series("vestibule_logins_total", .counter, labels))
        guard code == nil else { return }
        observe(Double(duration.wholeMicroseconds) / 1_000_000, in: Series("vestibule_login_seconds", .summary, []))
    }

    package func gateAnswered(_ outcome: GateOutcome, isWarm: Bool) {
        add(
            1,
            to: isWarm
                ? Self.warm
                : Series("vestibule_gate_answers_total", .counter, [("outcome", outcome.rawValue), ("path", "full")]))
    }

    package func sessionsEnded(_ reason: Session.EndReason, count: Int) {
        add(Double(count), to: Series("vestibule_sessions_ended_total", .counter, [("reason", reason.rawValue)]))
    }

    package func sessionRefreshed(kind: ProviderKind, result: RefreshResult) {
        let labels = [("kind", kind.rawValue), ("result", result.rawValue)]
        add(1, to: Series("vestibule_session_refreshes_total", .counter, labels))
    }

    private static let warm = Series(
        "vestibule_gate_answers_total", .counter, [("outcome", "allowed"), ("path", "warm")])

    // MARK: Samples

    func add(_ amount: Double, to name: Series) { series.withLock { $0[name, default: Sample()].value += amount } }

    func set(_ value: Double, of name: Series) { series.withLock { $0[name, default: Sample()].value = value } }

    func observe(_ value: Double, in name: Series) {
        series.withLock {
            $0[name, default: Sample()].value += value
            $0[name, default: Sample()].count += 1
        }
    }

    func reset(_ name: Series) { series.withLock { $0[name] = Sample() } }

    func forget(_ name: Series) { series.withLock { $0[name] = nil } }

    /// Every series as text.
    package func exposition() -> String {
        let samples = series.withLock { $0 }
        var text = ""
        var last = ""
        for (series, sample) in samples.sorted(by: { $0.key < $1.key }) {
            if series.name != last {
                text += "# TYPE \(series.name) \(series.kind.rawValue)\n"
                last = series.name
            }
            text += series.lines(sample)
        }
        return text
    }
}

/// One line's name and labels.
struct Series: Hashable, Comparable, Sendable {
    enum Kind: String, Sendable { case counter, gauge, summary }

    let name: String
    let kind: Kind
    /// The labels as they are written.
    let labels: String

    init(_ name: String, _ kind: Kind, _ labels: [(String, String)]) {
        self.name = Self.wellFormed(name)
        self.kind = kind
        self.labels = labels.map { "\(Self.wellFormed($0))=\"\(Self.escaped($1))\"" }.joined(separator: ",")
    }

    static func < (left: Series, right: Series) -> Bool { (left.name, left.labels) < (right.name, right.labels) }

    func lines(_ sample: Sample) -> String {
        let suffix = labels.isEmpty ? "" : "{\(labels)}"
        guard kind == .summary else { return "\(name)\(suffix) \(Self.number(sample.value))\n" }
        return "\(name)_sum\(suffix) \(Self.number(sample.value))\n\(name)_count\(suffix) \(sample.count)\n"
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    /// Metric and label names are `[a-zA-Z_][a-zA-Z0-9_]*`.
    private static func wellFormed(_ name: String) -> String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    private static func escaped(_ value: String) -> String {
        String(value.prefix(128)).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
            "\n", with: "\\n")
    }
}

/// The numbers of one series.
struct Sample: Sendable {
    var value = 0.0
    var count = 0
}
