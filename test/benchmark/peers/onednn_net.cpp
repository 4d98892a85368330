//===- onednn_net.cpp - layers and their backward passes by oneDNN ----------===//

#include "onednn_net.h"

namespace peer {

using dnnl::prop_kind;

namespace {

memory::desc anyLayout(const memory::dims &shape) { return {shape, memory::data_type::f32, memory::format_tag::any}; }

bool has(const memory &m) { return bool(m); }

constexpr auto kAlgorithm = dnnl::algorithm::convolution_auto;
const memory::dims kOne = {1, 1}, kTwo = {2, 2}, kNone = {0, 0};

} // namespace

memory::desc Net::plainDesc(const memory::dims &shape) {
  static const memory::format_tag tags[] = {memory::format_tag::a, memory::format_tag::ab, memory::format_tag::abc, memory::format_tag::abcd};
  return {shape, memory::data_type::f32, tags[shape.size() - 1]};
}

memory Net::plain(const Array &array, memory::dims shape) { return memory(plainDesc(shape), dnn.engine, array.data<float>()); }

memory Net::in(const memory::desc &wanted, const memory &from) {
  if (from.get_desc() == wanted)
    return from;
  memory to(wanted, dnn.engine);
  append(dnnl::reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
  return to;
}

void Net::append(const dnnl::primitive &primitive, std::unordered_map<int, memory> arguments) {
  steps.push_back([this, primitive, arguments = std::move(arguments)] { primitive.execute(dnn.stream, arguments); });
}

void Net::append(std::function<void()> code) {
  steps.push_back([this, code = std::move(code)] {
    dnn.stream.wait();
    code();
  });
}

Product product(Net &net, const memory &source, const memory &weights, const memory &bias, memory::dim padding, const Fused &fused) {
  Product made;
  made.hasBias = has(bias);
  made.isConvolution = padding >= 0;
  made.padding = padding;
  made.weightShape = weights.get_desc().dims();
  memory::dims from = source.get_desc().dims(), to = {from[0], made.weightShape[0]};
  memory::desc biasDesc = made.hasBias ? bias.get_desc() : memory::desc();
  dnnl::post_ops after;
  if (has(fused.residual))
    after.append_binary(dnnl::algorithm::binary_add, fused.residual.get_desc());
  if (fused.relu)
    after.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(after);
  prop_kind kind = net.train ? prop_kind::forward_training : prop_kind::forward_inference;

  dnnl::primitive primitive;
  if (made.isConvolution) {
    for (int axis : {2, 3})
      to.push_back(from[axis] + 2 * padding - made.weightShape[axis] + 1);
    memory::dims pad = {padding, padding};
    dnnl::convolution_forward::desc desc(kind, kAlgorithm, anyLayout(from), anyLayout(made.weightShape), biasDesc, anyLayout(to), kOne, pad, pad);
    made.convolution = {desc, attributes, net.dnn.engine};
    made.source = net.in(made.convolution.src_desc(), source);
    made.weights = net.in(made.convolution.weights_desc(), weights);
    made.destination = memory(made.convolution.dst_desc(), net.dnn.engine);
    primitive = dnnl::convolution_forward(made.convolution);
  } else {
    dnnl::inner_product_forward::desc desc(kind, anyLayout(from), anyLayout(made.weightShape), biasDesc, anyLayout(to));
    made.inner = {desc, attributes, net.dnn.engine};
    made.source = net.in(made.inner.src_desc(), source);
    made.weights = net.in(made.inner.weights_desc(), weights);
    made.destination = memory(made.inner.dst_desc(), net.dnn.engine);
    primitive = dnnl::inner_product_forward(made.inner);
  }
  std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, made.source}, {DNNL_ARG_WEIGHTS, made.weights}, {DNNL_ARG_DST, made.destination}};
  if (made.hasBias)
    arguments.insert({DNNL_ARG_BIAS, bias});
  if (has(fused.residual))
    arguments.insert({DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1, fused.residual});
  net.append(primitive, arguments);
  return made;
}

WeightGradients backwardWeights(Net &net, const Product &forward, const memory &gradient) {
  memory::dims from = forward.source.get_desc().dims(), to = gradient.get_desc().dims();
  memory::desc biasDesc = forward.hasBias ? Net::plainDesc({to[1]}) : memory::desc();
  WeightGradients made;
  if (forward.hasBias)
    made.bias = net.plain({to[1]});
  auto append = [&](const auto &desc, const dnnl::primitive &primitive) {
    memory weights(desc.diff_weights_desc(), net.dnn.engine);
    std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, net.in(desc.src_desc(), forward.source)},
                                                 {DNNL_ARG_DIFF_DST, net.in(desc.diff_dst_desc(), gradient)},
                                                 {DNNL_ARG_DIFF_WEIGHTS, weights}};
    if (forward.hasBias)
      arguments.insert({DNNL_ARG_DIFF_BIAS, made.bias});
    net.append(primitive, arguments);
    made.weights = net.in(Net::plainDesc(forward.weightShape), weights);
  };
  if (forward.isConvolution) {
    memory::dims pad = {forward.padding, forward.padding};
    dnnl::convolution_backward_weights::desc desc(kAlgorithm, anyLayout(from), anyLayout(forward.weightShape), biasDesc, anyLayout(to), kOne, pad, pad);
    dnnl::convolution_backward_weights::primitive_desc chosen(desc, net.dnn.engine, forward.convolution);
    append(chosen, dnnl::convolution_backward_weights(chosen));
  } else {
    dnnl::inner_product_backward_weights::desc desc(anyLayout(from), anyLayout(forward.weightShape), biasDesc, anyLayout(to));
    dnnl::inner_product_backward_weights::primitive_desc chosen(desc, net.dnn.engine, forward.inner);
    append(chosen, dnnl::inner_product_backward_weights(chosen));
  }
  return made;
}

memory backwardSource(Net &net, const Product &forward, const memory &gradient) {
  memory::dims from = forward.source.get_desc().dims(), to = gradient.get_desc().dims();
  memory source;
  auto append = [&](const auto &desc, const dnnl::primitive &primitive) {
    source = memory(desc.diff_src_desc(), net.dnn.engine);
    net.append(primitive, {{DNNL_ARG_WEIGHTS, net.in(desc.weights_desc(), forward.weights)},
                           {DNNL_ARG_DIFF_DST, net.in(desc.diff_dst_desc(), gradient)},
                           {DNNL_ARG_DIFF_SRC, source}});
  };
  if (forward.isConvolution) {
    memory::dims pad = {forward.padding, forward.padding};
    dnnl::convolution_backward_data::desc desc(kAlgorithm, anyLayout(from), anyLayout(forward.weightShape), anyLayout(to), kOne, pad, pad);
    dnnl::convolution_backward_data::primitive_desc chosen(desc, net.dnn.engine, forward.convolution);
    append(chosen, dnnl::convolution_backward_data(chosen));
  } else {
    dnnl::inner_product_backward_data::desc desc(anyLayout(from), anyLayout(forward.weightShape), anyLayout(to));
    dnnl::inner_product_backward_data::primitive_desc chosen(desc, net.dnn.engine, forward.inner);
    append(chosen, dnnl::inner_product_backward_data(chosen));
  }
  return source;
}

memory backwardRelu(Net &net, const memory &result, const memory &gradient) {
  constexpr auto relu = dnnl::algorithm::eltwise_relu_use_dst_for_bwd;
  memory::desc layout = result.get_desc();
  memory same = net.in(layout, gradient);
  dnnl::eltwise_forward::primitive_desc forward({prop_kind::forward_training, relu, layout, 0, 0}, net.dnn.engine);
  dnnl::eltwise_backward::primitive_desc chosen({relu, layout, layout, 0, 0}, net.dnn.engine, forward);
  net.append(dnnl::eltwise_backward(chosen), {{DNNL_ARG_DST, result}, {DNNL_ARG_DIFF_DST, same}, {DNNL_ARG_DIFF_SRC, same}});
  return same;
}

MaxPool maxPool2(Net &net, const memory &source) {
  MaxPool made;
  made.source = source.get_desc();
  memory::dims to = made.source.dims();
  to[2] /= 2;
  to[3] /= 2;
  prop_kind kind = net.train ? prop_kind::forward_training : prop_kind::forward_inference;
  made.forward = {{kind, dnnl::algorithm::pooling_max, made.source, anyLayout(to), kTwo, kTwo, kNone, kNone}, net.dnn.engine};
  made.destination = memory(made.forward.dst_desc(), net.dnn.engine);
  std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, made.destination}};
  if (net.train) {
    made.workspace = memory(made.forward.workspace_desc(), net.dnn.engine);
    arguments.insert({DNNL_ARG_WORKSPACE, made.workspace});
  }
  net.append(dnnl::pooling_forward(made.forward), arguments);
  return made;
}

memory backwardPool(Net &net, const MaxPool &forward, const memory &gradient) {
  dnnl::pooling_backward::primitive_desc chosen(
      {dnnl::algorithm::pooling_max, forward.source, forward.destination.get_desc(), kTwo, kTwo, kNone, kNone}, net.dnn.engine, forward.forward);
  memory source(chosen.diff_src_desc(), net.dnn.engine);
  net.append(dnnl::pooling_backward(chosen), {{DNNL_ARG_DIFF_DST, net.in(chosen.diff_dst_desc(), gradient)},
                                              {DNNL_ARG_WORKSPACE, forward.workspace},
                                              {DNNL_ARG_DIFF_SRC, source}});
  return source;
}

} // namespace peer
