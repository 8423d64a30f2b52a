import CEmbedding

/// The memory of one text on its way through the layers, a row for each token.
final class Activations {
  let rows: Int
  /// The state of each token.
  let states: UnsafeMutablePointer<Float>
  /// The mixture of all tokens that the attention makes.
  let mixed: UnsafeMutablePointer<Float>
  /// The sums that are added to the states.
  let sums: UnsafeMutablePointer<Float>
  /// Queries, keys and values; later what is between the two linear layers.
  let wide: UnsafeMutablePointer<Float>
  let scratch: UnsafeMutablePointer<Float>

  init(rows: Int) {
    self.rows = rows
    let width = rows * WeightsLayout.width
    let wideWidth = rows * WeightsLayout.inner
    let count = 3 * width + wideWidth + embedding_scratch(rows)
    states = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64).assumingMemoryBound(to: Float.self)
    mixed = states + width
    sums = mixed + width
    wide = sums + width
    scratch = wide + wideWidth
  }

  deinit { UnsafeMutableRawPointer(states).deallocate() }
}
