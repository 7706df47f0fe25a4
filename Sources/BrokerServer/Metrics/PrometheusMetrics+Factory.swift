package import CoreMetrics

extension PrometheusMetrics {
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        Handler(self, Series(label, .counter, dimensions))
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        Handler(self, Series(label, aggregate ? .summary : .gauge, dimensions))
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        Handler(self, Series("\(label)_seconds", .summary, dimensions))
    }

    package func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

    private func destroy(_ handler: AnyObject) {
        guard let handler = handler as? Handler else { return }
        forget(handler.series)
    }
}

/// One metric of a library.
private final class Handler: CounterHandler, RecorderHandler, TimerHandler {
    let metrics: PrometheusMetrics
    let series: Series

    init(_ metrics: PrometheusMetrics, _ series: Series) {
        self.metrics = metrics
        self.series = series
    }

    func increment(by amount: Int64) { metrics.add(Double(amount), to: series) }
    func reset() { metrics.reset(series) }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) {
        if series.kind == .gauge { metrics.set(value, of: series) } else { metrics.observe(value, in: series) }
    }
    func recordNanoseconds(_ duration: Int64) { metrics.observe(Double(duration) / 1e9, in: series) }
}
