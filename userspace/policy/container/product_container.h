/* SPDX-License-Identifier: GPL-2.0-only */
/* How would a product make the containers of a session, here and now? */
#ifndef CLAWBPF_POLICY_PRODUCT_CONTAINER_H
#define CLAWBPF_POLICY_PRODUCT_CONTAINER_H

#include "policy/container/container_args.h"
#include "policy/product/product_view.h"

/*
 * The arguments of `docker` for the sandbox, and for its browser when it has one; none of a session
 * that is not sandboxed, or whose container the product would refuse. -ENOMEM.
 */
int product_container_args(const struct product_view *v, struct container_args *ret,
			   struct container_args *ret_browser);
/*
 * The same for a command in that sandbox, as clawdbot starts it: "<command>", with the gateway's
 * "<PATH>". A failed allocation is in ret->failed.
 */
void product_exec_args(const struct product_view *v, struct container_args *ret);

#endif
