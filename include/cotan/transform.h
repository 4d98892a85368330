//===- transform.h - functions from functions -------------------*- C++ -*-===//
//
// `jit(f)`, `cond(c, f, g, ...)`, `grad(f)`, `value_and_grad(f)`, `vjp(f, ...)` for C++ callables that take tensors
// (`Tensor f(const Tensor &a, ...)`, or one `const std::vector<Tensor> &`) and return a Tensor, a vector or a tuple of them. They nest in
// any order.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TRANSFORM_H
#define COTAN_TRANSFORM_H

#include "cotan/autograd.h"
#include "cotan/tensor.h"
#include <memory>
#include <type_traits>

namespace cotan {

namespace detail {

/// A callable of unknown type.
struct COTAN_API Callable {
  virtual ~Callable();
  virtual std::vector<Tensor> call(const std::vector<Tensor> &arguments) = 0;
};

class JitState;
COTAN_API std::shared_ptr<JitState> makeJit(std::shared_ptr<Callable> callable, Where where);
COTAN_API std::vector<Tensor> callJit(JitState &state, const std::vector<Tensor> &arguments);
class PreparedCall;
COTAN_API std::shared_ptr<PreparedCall> prepareJit(std::shared_ptr<JitState> state, const std::vector<Tensor> &arguments);
COTAN_API std::vector<Tensor> callPrepared(const PreparedCall &prepared, const std::vector<Tensor> &arguments);

/// Value(s) and gradients by `argnums`; the function's first result is the loss.
COTAN_API std::pair<std::vector<Tensor>, std::vector<Tensor>> valueAndGrad(Callable &callable, const std::vector<Tensor> &arguments,
                                                                           const std::vector<int64_t> &argnums, Where where);
/// Results, and a function from cotangents to the arguments' cotangents.
COTAN_API std::pair<std::vector<Tensor>, std::shared_ptr<Callable>> makeVjp(std::shared_ptr<Callable> callable,
                                                                            const std::vector<Tensor> &arguments, Where where);

/// `count`: of the tensors that the branches' types promise; -1: as many as they return.
COTAN_API std::vector<Tensor> callCond(const Tensor &condition, Callable &then, Callable &otherwise, const std::vector<Tensor> &operands,
                                       int count, Where where);

inline void append(std::vector<Tensor> &list, Tensor tensor) { list.push_back(std::move(tensor)); }
inline void append(std::vector<Tensor> &list, std::vector<Tensor> tensors) {
  for (Tensor &tensor : tensors)
    list.push_back(std::move(tensor));
}
template <typename... T> void append(std::vector<Tensor> &list, std::tuple<T...> tensors) {
  std::apply([&](auto &...each) { (append(list, each), ...); }, tensors);
}
template <typename A, typename B> void append(std::vector<Tensor> &list, std::pair<A, B> tensors) {
  append(list, std::move(tensors.first));
  append(list, std::move(tensors.second));
}

/// How many tensors a result of type R is; -1: a vector, known when it is there.
template <typename R> constexpr int resultCount() {
  if constexpr (std::is_void_v<R>)
    return 0;
  else if constexpr (std::is_same_v<R, std::vector<Tensor>>)
    return -1;
  else if constexpr (requires { std::tuple_size<R>::value; })
    return int(std::tuple_size_v<R>);
  else
    return 1;
}
/// Whether two results may be as many tensors.
template <typename A, typename B> constexpr bool countsAgree() {
  return resultCount<A>() < 0 || resultCount<B>() < 0 || resultCount<A>() == resultCount<B>();
}

template <typename R> R take(const std::vector<Tensor> &list) {
  if constexpr (std::is_same_v<R, Tensor>)
    return list[0];
  else if constexpr (std::is_same_v<R, std::vector<Tensor>>)
    return list;
  else if constexpr (!std::is_void_v<R>)
    return [&]<size_t... I>(std::index_sequence<I...>) { return R{list[I]...}; }(std::make_index_sequence<std::tuple_size_v<R>>());
}

template <size_t> using TensorOf = const Tensor &;
template <typename F, size_t... I> constexpr bool takes(std::index_sequence<I...>) { return std::is_invocable_v<F &, TensorOf<I>...>; }
template <typename F, size_t N> constexpr bool takesTensors() {
  if constexpr (N == 1 && std::is_invocable_v<F &, const std::vector<Tensor> &> && !std::is_invocable_v<F &, const Tensor &>)
    return false;
  else
    return takes<F>(std::make_index_sequence<N>());
}
/// The fewest tensors, of one to eight, that F takes; 0: none; -1: it takes one vector of them.
template <typename F, size_t N = 1> constexpr int arity() {
  if constexpr (takesTensors<F, N>())
    return int(N);
  else if constexpr (N < 8)
    return arity<F, N + 1>();
  else
    return std::is_invocable_v<F &, const std::vector<Tensor> &> ? -1 : 0;
}

[[noreturn]] COTAN_API void failArity(size_t given);

template <typename F> struct Signature {
  static constexpr int count = arity<F>();
  template <size_t... I> static auto expand(F &function, const std::vector<Tensor> &arguments, std::index_sequence<I...>) {
    return function(arguments[I]...);
  }
  static auto first(F &function, const std::vector<Tensor> &arguments) {
    if constexpr (count >= 0)
      return expand(function, arguments, std::make_index_sequence<size_t(count)>());
    else
      return function(arguments);
  }
  using Result = decltype(first(std::declval<F &>(), std::declval<const std::vector<Tensor> &>()));

  /// Calls F with as many arguments as there are.
  template <size_t N = size_t(count < 0 ? 0 : count)> static Result invoke(F &function, const std::vector<Tensor> &arguments) {
    if constexpr (count < 0) {
      return function(arguments);
    } else {
      if constexpr (N == size_t(count) || takesTensors<F, N>()) {
        if (arguments.size() == N)
          return expand(function, arguments, std::make_index_sequence<N>());
      }
      if constexpr (N < 8 && count > 0)
        return invoke<N + 1>(function, arguments);
      else
        failArity(arguments.size());
    }
  }
};

template <typename F> struct CallableOf final : Callable {
  explicit CallableOf(F function) : function(std::move(function)) {}
  std::vector<Tensor> call(const std::vector<Tensor> &arguments) override {
    std::vector<Tensor> results;
    if constexpr (std::is_void_v<typename Signature<F>::Result>)
      Signature<F>::invoke(function, arguments);
    else
      append(results, Signature<F>::invoke(function, arguments));
    return results;
  }
  F function;
};

template <typename... T> std::vector<Tensor> pack(const T &...arguments) {
  if constexpr (sizeof...(T) == 1 && (std::is_same_v<T, std::vector<Tensor>> && ...))
    return (arguments, ...);
  else
    return std::vector<Tensor>{arguments...};
}

} // namespace detail

/// A call of a jit function that is traced and compiled already. It takes arguments like those it was prepared for (see Jit) and throws
/// for others, so the user's function never runs. Like any op it is lazy: what was compiled is the function over evaluated operands and
/// alone, so evaluation compiles nothing where the arguments and the tensors that the function captures are evaluated, no profile is
/// being recorded, and the results are evaluated before other ops use them. Otherwise another program may be compiled at evaluation.
template <typename F> class Prepared {
public:
  explicit Prepared(std::shared_ptr<detail::PreparedCall> state) : state(std::move(state)) {}
  template <typename... T> typename detail::Signature<F>::Result operator()(const T &...arguments) const {
    return detail::take<typename detail::Signature<F>::Result>(detail::callPrepared(*state, detail::pack(arguments...)));
  }

private:
  std::shared_ptr<detail::PreparedCall> state;
};

/// A function traced once for each signature: of each argument the element type, the shape, the views it is made of (not where they
/// begin), requires_grad, being a leaf or detached; which arguments share memory or a gradient; and grad mode. It is traced again,
/// too, where a tensor that it captures requires grad, is a leaf, detached, or shares memory with an argument now and did not,
/// or where a gradient that it uses is there now and was not; of such traces of one signature the last 64 are kept. Tensors it captures are
/// read, and those it writes in place are written, at each call.
///
/// Threads may call it at once. The function runs without a lock: threads that find the same signature missing run it concurrently, and
/// each replays one of the traces; what it does beside tensors must bear that. It must not change what belongs to tensors of
/// outside other than by in-place ops: requires_grad_(), detach_() and retain_grad() on them throw.
template <typename F> class Jit {
public:
  Jit(F function, Where where) : state(detail::makeJit(std::make_shared<detail::CallableOf<F>>(std::move(function)), where)) {}
  template <typename... T> typename detail::Signature<F>::Result operator()(const T &...arguments) const {
    return detail::take<typename detail::Signature<F>::Result>(detail::callJit(*state, detail::pack(arguments...)));
  }

  /// Traces and compiles for such arguments, evaluates them, and runs nothing else: what is captured is not written.
  template <typename... T> Prepared<F> prepare(const T &...arguments) const {
    return Prepared<F>(detail::prepareJit(state, detail::pack(arguments...)));
  }

private:
  std::shared_ptr<detail::JitState> state;
};
template <typename F> Jit<F> jit(F function, Where where = Where::current()) { return Jit<F>(std::move(function), where); }

/// `then(operands...)` where the one element of `condition` (a bool or a number) is not zero, else `otherwise(operands...)`. Within a function
/// that jit traces, both are traced and the compiled program runs one of them: they return tensors of equal element types and shapes
/// and write to nothing outside of them. Elsewhere it is C++'s `if`. Both return the same number of tensors.
template <typename F, typename G, typename... T>
typename detail::Signature<F>::Result cond(const Tensor &condition, F then, G otherwise, const T &...operands) {
  using Then = typename detail::Signature<F>::Result;
  using Otherwise = typename detail::Signature<G>::Result;
  static_assert(detail::countsAgree<Then, Otherwise>(), "cotan::cond: the branches return different numbers of tensors");
  constexpr int count = detail::resultCount<Then>() < 0 ? detail::resultCount<Otherwise>() : detail::resultCount<Then>();
  detail::CallableOf<F> first(std::move(then));
  detail::CallableOf<G> second(std::move(otherwise));
  return detail::take<Then>(detail::callCond(condition, first, second, detail::pack(operands...), count, Where()));
}

/// (value, gradient of it with respect to the first argument), or with respect to each of `argnums` as a vector.
template <typename F> auto value_and_grad(F function) {
  return [callable = std::make_shared<detail::CallableOf<F>>(std::move(function))](const auto &...arguments) {
    auto [values, gradients] = detail::valueAndGrad(*callable, detail::pack(arguments...), {0}, Where());
    return std::pair<Tensor, Tensor>(values[0], gradients[0]);
  };
}
template <typename F> auto value_and_grad(F function, std::vector<int64_t> argnums) {
  return [callable = std::make_shared<detail::CallableOf<F>>(std::move(function)), argnums](const auto &...arguments) {
    auto [values, gradients] = detail::valueAndGrad(*callable, detail::pack(arguments...), argnums, Where());
    return std::pair<Tensor, std::vector<Tensor>>(values[0], gradients);
  };
}
/// The gradient alone.
template <typename F> auto grad(F function) {
  return [both = value_and_grad(std::move(function))](const auto &...arguments) { return both(arguments...).second; };
}
template <typename F> auto grad(F function, std::vector<int64_t> argnums) {
  return [both = value_and_grad(std::move(function), std::move(argnums))](const auto &...arguments) { return both(arguments...).second; };
}

/// The function's results at `arguments`, and the map from cotangents of the results to cotangents of the arguments.
template <typename F, typename... T> auto vjp(F function, const T &...arguments) {
  auto [values, pullback] =
      detail::makeVjp(std::make_shared<detail::CallableOf<F>>(std::move(function)), detail::pack(arguments...), Where());
  auto map = [pullback](const auto &...cotangents) { return pullback->call(detail::pack(cotangents...)); };
  return std::pair<typename detail::Signature<F>::Result, decltype(map)>(detail::take<typename detail::Signature<F>::Result>(values), map);
}

} // namespace cotan

#endif // COTAN_TRANSFORM_H
